"""Atom feeds of the arXiv API, and arXiv's RSS: read entry by entry; a document type is refused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from lxml import etree

from kg.iri import normalise_identifier
from kg.model import Author, Origin, Paper, Problem
from kg.sources.dates import iso_date
from kg.sources.latex import fold, latex_to_text
from kg.sources.people import authors, orcid_iri
from kg.sources.records import identifiers_in
from kg.sources.registry import NO, POSSIBLE, SURE, Format, Report
from kg.sources.streams import HEAD, MAX_RECORD

__all__ = ["FORMATS"]

_NAME = "arxiv-atom"
_ROOT = re.compile(rb"<(?:\w+:)?(feed|rss|RDF)[\s>]")
_RSS_ABSTRACT = re.compile(r"^.*?\bAbstract:\s*", re.DOTALL)


def _sniff(head: bytes, name: str) -> int:
    if not head.lstrip().startswith(b"<"):
        return NO
    if _ROOT.search(head):
        return SURE
    return POSSIBLE if head.lstrip().startswith(b"<?xml") or re.match(rb"\s*<!DOCTYPE(?!\s+html)", head, re.I) else NO


def _read(stream: BinaryIO, name: str, report: Report) -> Iterator[Paper]:
    parser = etree.XMLPullParser(
        ("start", "end"), resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    number = since_entry = 0
    checked = False
    while True:
        piece = stream.read(HEAD)
        failure = None
        try:
            if piece:
                parser.feed(piece)
            else:
                parser.close()
        except etree.XMLSyntaxError as error:
            failure = error
        since_entry += len(piece)
        for event, element in _events(parser):
            if not checked and (checked := True) and element.getroottree().docinfo.doctype:
                report(Problem(name, None, "refused: XML with a document type, which could hold entities"))
                return
            if event == "end" and etree.QName(element).localname in ("entry", "item"):
                number += 1
                since_entry = 0
                if paper := _paper(element, Origin(name, _NAME, number), report):
                    yield paper
                _forget(element)
        if failure is not None:
            report(Problem(name, number or None, _reason(failure)))
            return
        if since_entry > MAX_RECORD:
            report(Problem(name, number + 1, f"an entry of more than {MAX_RECORD // 2**20} MiB; the rest is left out"))
            return
        if not piece:
            if not number:
                report(Problem(name, None, "a feed without entries"))
            return


def _events(parser: etree.XMLPullParser) -> Iterator[tuple[str, etree._Element]]:
    for event, element in parser.read_events():
        if isinstance(element, etree._Element):
            yield str(event), element


def _reason(error: etree.XMLSyntaxError) -> str:
    if "ntit" in str(error):
        return f"refused: XML with entities of its own ({error.msg})"
    return f"broken XML at line {error.lineno}: {error.msg}; what follows is left out"


def _forget(element: etree._Element) -> None:
    """Frees an entry that was read, with what stands before it."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _paper(entry: etree._Element, origin: Origin, report: Report) -> Paper | None:
    values: dict[str, list[str]] = {}
    for child in entry:
        if isinstance(child.tag, str):
            text = child.get("href") or "".join(child.itertext())
            values.setdefault(etree.QName(child).localname, []).append(text.strip())
    one = {name: found[0] for name, found in values.items()}
    title = fold(latex_to_text(re.sub(r"\s*\(arXiv:\S+(?: \[\S+\])?(?: UPDATED)?\)\s*$", "", one.get("title", ""))))
    if not title:
        report(Problem(origin.file, origin.position, "an entry without title, left out"))
        return None
    if title == "Error" and "/api/errors" in one.get("id", ""):
        report(Problem(origin.file, origin.position, f"the feed is an answer of error: {one.get('summary', '')}"))
        return None
    abstract = one.get("summary") or _RSS_ABSTRACT.sub("", one.get("description", ""))
    # Of a description only what stands before the abstract: the abstract may name other papers.
    said = [v for key in ("id", "link", "guid", "journal_ref") for v in values.get(key, ())]
    said += [v.split("Abstract:")[0] for v in values.get("description", ())]
    identifiers = {found for value in said for found in identifiers_in(value.replace("oai:arXiv.org:", "arXiv:"))}
    identifiers |= {i for value in values.get("doi", ()) for part in value.split() if (i := normalise_identifier(part))}
    return Paper(
        title=title,
        abstract=fold(latex_to_text(abstract)),
        origin=origin,
        id=one.get("id") or one.get("guid") or one.get("link", ""),
        identifiers=tuple(sorted(identifiers)),
        authors=_authors(entry, values),
        issued=iso_date(one.get("published") or one.get("pubDate") or one.get("date") or ""),
        venue=fold(latex_to_text(one["journal_ref"])) if one.get("journal_ref") else None,
        url=next((v for key in ("id", "link") for v in values.get(key, ()) if v.startswith("http")), None),
    )


def _authors(entry: etree._Element, values: dict[str, list[str]]) -> tuple[Author, ...]:
    found = []
    for author in entry.iterchildren("{*}author"):
        parts = {etree.QName(part).localname: part.text or "" for part in author if isinstance(part.tag, str)}
        name = parts.get("name") or author.text or ""
        if name.strip():
            found.append(Author(fold(latex_to_text(name)), orcid_iri(parts.get("uri", ""))))
    if found:
        return tuple(found)
    creators = (re.sub(r"<[^>]*>", "", creator) for creator in values.get("creator", ()))
    return tuple(author for creator in creators for author in authors(latex_to_text(creator)))


FORMATS = (Format(_NAME, "Atom feed of the arXiv API, RSS of arXiv", (".atom", ".xml", ".rss"), _sniff, _read),)
