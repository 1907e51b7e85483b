"""BibTeX of any origin, entry by entry: bibtexparser reads each, a splitter in front keeps memory bounded.

An entry begins at the start of a line, as bibtexparser has it, so that one whose braces do not match costs itself,
not those after it.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from kg.model import Origin, Paper, Problem
from kg.sources.latex import fold, latex_to_text
from kg.sources.people import family_given
from kg.sources.records import to_paper
from kg.sources.registry import NO, SURE, Format, Report
from kg.sources.streams import MAX_RECORD, is_cut, text_lines

__all__ = ["FORMATS"]

_NAME = "bibtex"
_START = re.compile(r"\s*@\s*([A-Za-z]+)\s*[{(]")
_TWO_ON_A_LINE = re.compile(r"(?<=[})])\s*(?=@[A-Za-z]+\s*\{\s*[^\s,{}=]+\s*,)")
_SNIFF = re.compile(rb"^[ \t]*@[A-Za-z]+[ \t]*[{(]\s*(?:[^\s,{}()\"=]*\s*,|[\w-]+\s*=|[\"{])", re.MULTILINE)
_VOLUMES = frozenset({"proceedings", "mvproceedings", "collection", "mvcollection"})
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


@dataclass(frozen=True, slots=True)
class _Entry:
    line: int
    kind: str
    key: str
    fields: dict[str, str]


def _sniff(head: bytes, name: str) -> int:
    if head.lstrip()[:1] in (b"{", b"[", b"<"):
        return NO
    return SURE if _SNIFF.search(head) else NO


def _read(stream: BinaryIO, name: str, report: Report) -> Iterator[Paper]:
    """Papers in order; one that leans on an entry further on (``crossref``) comes once that is read."""
    volumes: dict[str, _Entry] = {}
    used: set[str] = set()
    waiting: dict[str, list[_Entry]] = {}
    for entry in _entries(stream, name, report):
        key = entry.key.lower()
        parent = entry.fields.get("crossref", "").strip().lower()
        if parent:
            used.add(parent)
            if parent in volumes:
                yield from _paper(entry, volumes[parent], name, report)
            else:
                waiting.setdefault(parent, []).append(entry)
        elif entry.kind in _VOLUMES or key in waiting:
            volumes[key] = entry
            for child in waiting.pop(key, ()):
                yield from _paper(child, entry, name, report)
            if entry.kind not in _VOLUMES:
                yield from _paper(entry, None, name, report)
        else:
            yield from _paper(entry, None, name, report)
    for parent, children in waiting.items():
        for child in children:
            report(Problem(name, child.line, f"{child.key}: its crossref {parent} is not in the file; read without"))
            yield from _paper(child, None, name, report)
    for key, volume in volumes.items():
        if volume.kind in _VOLUMES and key not in used:
            yield from _paper(volume, None, name, report)


def _blocks(stream: BinaryIO, name: str, report: Report) -> Iterator[tuple[int, str]]:
    """Each ``@…`` block with the line where it begins."""
    start, size = 0, 0
    held: list[str] = []
    for number, line in text_lines(stream, name, report):
        for piece in _TWO_ON_A_LINE.split(line) if line.count("@") > 1 else (line,):
            if _START.match(piece):
                if held:
                    yield start, "".join(held)
                start, size, held = number, 0, []
            elif not held:
                continue
            size += len(piece)
            if size > MAX_RECORD:
                report(Problem(name, start, f"an entry of more than {MAX_RECORD // 2**20} MiB, left out"))
                held = []
            else:
                held.append(piece)
    if held and not is_cut(stream):
        yield start, "".join(held)
    elif held:
        report(Problem(name, start, "an entry that the end of the data cuts, left out"))


def _entries(stream: BinaryIO, name: str, report: Report) -> Iterator[_Entry]:
    from bibtexparser.model import DuplicateFieldKeyBlock, Entry, String
    from bibtexparser.splitter import Splitter

    logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)
    strings = {month: month for month in _MONTHS}
    for line, text in _blocks(stream, name, report):
        found = _START.match(text)
        kind = found.group(1).lower() if found else ""
        if kind in ("comment", "preamble"):
            continue
        blocks = Splitter(text.lstrip()).split().blocks
        doubled = (b.ignore_error_block for b in blocks if isinstance(b, DuplicateFieldKeyBlock))
        block = next((b for b in (*blocks, *doubled) if isinstance(b, Entry | String)), None)
        if isinstance(block, String):
            strings[block.key.lower()] = _value(str(block.value), strings)[0]
        elif isinstance(block, Entry):
            fields: dict[str, str] = {}
            for field in block.fields:
                value, unknown = _value(str(field.value), strings)
                if unknown and field.key.lower() in ("title", "booktitle", "journal", "author", "year"):
                    reason = (
                        f"{block.key}: {field.key} names the string {unknown}, which is not defined; read as its name"
                    )
                    report(Problem(name, line, reason))
                fields.setdefault(field.key.lower(), value)
            yield _Entry(line, kind, block.key, fields)
        else:
            key = re.match(r"[^{(]*[{(]\s*([^\s,{}=]*)", text)
            label = key.group(1) if key and key.group(1) else f"@{kind}"
            report(
                Problem(
                    name, line, f"{label}: an entry that cannot be read (are its braces and commas right?), left out"
                )
            )


def _value(raw: str, strings: dict[str, str]) -> tuple[str, str]:
    """A field's text with strings put in and parts joined, and the first string that is not defined."""
    parts, unknown = [], ""
    for part in _concatenated(raw.strip()):
        if len(part) > 1 and (part[0], part[-1]) in (("{", "}"), ('"', '"')):
            parts.append(part[1:-1])
        elif part.lower() in strings:
            parts.append(strings[part.lower()])
        else:
            if not part.isdecimal():
                unknown = unknown or part
            parts.append(part)
    return "".join(parts), unknown


def _concatenated(raw: str) -> list[str]:
    if "#" not in raw:
        return [raw]
    parts, depth, quoted, start = [], 0, False, 0
    for place, character in enumerate(raw):
        if character == "{":
            depth += 1
        elif character == "}":
            depth -= 1
        elif character == '"' and depth == 0:
            quoted = not quoted
        elif character == "#" and depth == 0 and not quoted:
            parts.append(raw[start:place].strip())
            start = place + 1
    return [*parts, raw[start:].strip()]


def _paper(entry: _Entry, volume: _Entry | None, name: str, report: Report) -> Iterator[Paper]:
    fields = {key: value for key, value in entry.fields.items() if value.strip()}
    if volume is not None:
        for key in ("year", "date", "month"):
            if key in volume.fields and not ({"year", "date"} & entry.fields.keys()):
                fields.setdefault(key, volume.fields[key])
        fields.setdefault("booktitle", volume.fields.get("booktitle") or volume.fields.get("title", ""))
    if not fields.get("title", "").strip():
        report(Problem(name, entry.line, f"{entry.key or '(no key)'}: an entry without title, left out"))
        return
    kept = ("doi", "url", "eprint", "archiveprefix", "eprinttype", "date", "year", "month", "howpublished", "note")
    record: dict[str, object] = {key: fields[key].strip().replace("\\_", "_") for key in kept if key in fields}
    if re.match(r"\\url\{", str(record.get("howpublished", ""))):
        record.setdefault("url", str(record["howpublished"])[5:].rstrip("}"))
    for key in ("title", "abstract", "journal", "booktitle", "journaltitle", "series"):
        if key in fields:
            record[key] = fold(latex_to_text(fields[key]))
    record["id"] = entry.key
    record["authors"] = [_person(person) for person in _people(fields.get("author", ""))]
    if paper := to_paper(record, Origin(name, _NAME, entry.line), report):
        yield paper


def _people(value: str) -> list[str]:
    from bibtexparser.middlewares.names import split_multiple_persons_names

    return [name for name in split_multiple_persons_names(value) if name.strip().lower() != "others"] if value else []


def _person(name: str) -> dict[str, str]:
    if re.fullmatch(r"\{[^{}]*\}", name.strip()):
        return {"name": fold(latex_to_text(name))}
    return {"name": fold(family_given(latex_to_text(name)))}


FORMATS = (
    Format(_NAME, "BibTeX (Zotero, Google Scholar, DBLP, ACL Anthology, JabRef)", (".bib", ".bibtex"), _sniff, _read),
)
