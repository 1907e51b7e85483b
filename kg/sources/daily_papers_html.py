"""Hugging Face's pages of papers saved as HTML: daily, by date, week or month, trending, and search results.

Such a page says its papers twice: as articles for the eye, and as the data that its scripts start from
(``data-props``). The data is whole where an article may be shortened, and therefore comes first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from kg.model import Origin, Paper, Problem
from kg.sources.json_lines import parse
from kg.sources.latex import fold
from kg.sources.records import to_paper
from kg.sources.registry import NO, POSSIBLE, SURE, Format, Report
from kg.sources.streams import MAX_RECORD

__all__ = ["FORMATS"]

_NAME = "daily-papers-html"
_PAPER_LINK = re.compile(r"(?:^|//(?:www\.)?huggingface\.co|//hf\.co)/papers/(\d{4}\.\d{4,5})(?:v\d+)?/?(?:[?#].*)?$")


def _sniff(head: bytes, name: str) -> int:
    start = head[:4096].lstrip().lower()
    if not re.match(
        rb"(?:<!--.*?-->\s*)*<(?:!doctype html|html|head|body|main|div|article|section)\b", start, re.DOTALL
    ):
        return NO
    return SURE if b"/papers/" in head or b"DailyPapers" in head or b"huggingface" in head.lower() else POSSIBLE


def _read(stream: BinaryIO, name: str, report: Report) -> Iterator[Paper]:
    from selectolax.lexbor import LexborHTMLParser

    page = stream.read(MAX_RECORD + 1)
    if len(page) > MAX_RECORD:
        report(Problem(name, None, f"a page of more than {MAX_RECORD // 2**20} MiB"))
        return
    try:
        text = page.decode()
    except UnicodeDecodeError as error:
        text = page.decode(errors="replace")
        line = page.count(b"\n", 0, error.start) + 1
        report(Problem(name, line, "no UTF-8; read with U+FFFD in its place"))
    tree = LexborHTMLParser(text)
    records: dict[str, dict[str, Any]] = {}
    for node in tree.css("[data-props]"):
        try:
            data = parse((node.attributes.get("data-props") or "").encode(errors="replace"))[0]
        except ValueError:
            report(Problem(name, None, "data of the page (data-props) that is no JSON; its articles are read instead"))
            continue
        for record in _records_in(data):
            records.setdefault(record["id"], record)
    for record in _articles(tree):
        known = records.setdefault(record["id"], record)
        if not known.get("summary"):
            known["summary"] = record["summary"]
    if not records:
        report(Problem(name, None, "a page without papers"))
    for number, record in enumerate(records.values(), start=1):
        identifier = record["id"]
        fields = {
            "id": identifier,
            "arxiv": identifier,
            "title": fold(record["title"]),
            "abstract": fold(record["summary"]),
            "authors": [a for a in record.get("authors") or () if not (isinstance(a, dict) and a.get("hidden"))],
            "published": record.get("publishedAt"),
            "url": f"https://huggingface.co/papers/{identifier}",
        }
        if paper := to_paper(fields, Origin(name, _NAME, number), report):
            yield paper


def _records_in(data: object) -> Iterator[dict[str, Any]]:
    """The objects with arXiv id and title, wherever they are, in order."""
    stack = [data]
    while stack:
        value = stack.pop()
        if isinstance(value, list):
            stack.extend(reversed(value))
        elif isinstance(value, dict):
            identifier, title = value.get("id"), value.get("title")
            if isinstance(identifier, str) and isinstance(title, str) and re.fullmatch(r"\d{4}\.\d{4,5}", identifier):
                summary = value.get("summary") or value.get("abstract")
                yield {**value, "summary": summary if isinstance(summary, str) else ""}
            else:
                stack.extend(reversed(list(value.values())))


def _articles(tree: Any) -> Iterator[dict[str, Any]]:
    for article in tree.css("article"):
        for link in article.css("h1 a, h2 a, h3 a, h4 a"):
            found = _PAPER_LINK.search(link.attributes.get("href") or "")
            title = fold(link.text())
            if found and title:
                paragraphs = [fold(p.text()) for p in article.css("p")]
                summary = max(paragraphs, key=len, default="")
                yield {"id": found.group(1), "title": title, "summary": summary if len(summary.split()) > 8 else ""}
                break


FORMATS = (Format(_NAME, "page of papers of Hugging Face, saved as HTML", (".html", ".htm"), _sniff, _read),)
