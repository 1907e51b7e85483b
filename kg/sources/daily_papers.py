"""Hugging Face's pages of papers saved as text: titles and abstracts in turn, with what else a page shows.

An abstract is a line of prose. Its title is the nearest line before it that is no furniture of the page, so that
furniture is kept out twice: by its form (dates, counts, names of buttons, lines about mail and accounts) and by its
place. What looks like a title but has no abstract is reported, never taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import BinaryIO

from kg.model import Origin, Paper, Problem
from kg.sources.registry import LIKELY, NO, POSSIBLE, Format, Report
from kg.sources.streams import HEAD, text_lines

__all__ = ["FORMATS", "is_furniture", "is_prose"]

_NAME = "daily-papers"

_MONTH = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.?"
_DAY = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?"
_DATE = (
    rf"(?:{_DAY},?\s*)?(?:{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?|\d{{1,2}}\s+{_MONTH}|{_MONTH}|"
    r"\d{4}-\d\d(?:-\d\d)?|\d{4}-W\d\d)(?:,?\s+\d{4})?"
)
_COUNT = r"[+~]?\d[\d.,]*\s*[kKmM]?"
_LABEL = (
    r"new|subscribe|sign\s?(?:up|in|out)|log\s?(?:in|out)|join|(?:up|down)vote[sd]?|like[sd]?|share|follow(?:ing)?|submit|"
    r"prev(?:ious)?|next|back|home|search|menu|more|less|(?:show|view|load|see|read)\s+(?:all|more|less)|"
    r"daily|weekly|monthly|today|yesterday|trending|latest|hot|popular|top|"
    r"(?:daily|weekly|monthly|trending|all|latest)\s+papers?|papers?|models?|datasets?|spaces?|buckets?|docs|pricing|"
    r"enterprise|solutions|community|posts|collections|organizations?|company|about|careers?|jobs|website|privacy|terms|"
    r"tos|settings?|theme|system\s+theme|light|dark|language|cookies?|contact|blog|press|hugging\s+face|"
    r"github|arxiv(?:\s+page)?|pdf|project(?:\s+page)?|abstract|comments?|authors?|code|demo|"
    r"ask\s+ai|search\s+(?:papers?|any\s+paper.*)|filters?|sort(?:\s+by)?|date|week|month"
)
_FURNITURE = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?:published|submitted|posted|updated|added)?\s*(?:on|at)?\s*:?\s*{_DATE}",
        rf"(?:week|day|month)\s+(?:of\s+)?(?:{_DATE}|\d+(?:,?\s+\d{{4}})?)",
        rf"(?:an?|{_COUNT})\s*(?:second|minute|hour|day|week|month|year)s?(?:\s+ago)?",
        rf"(?:(?:{_LABEL})|{_COUNT})(?:[\s·•|/]+(?:(?:{_LABEL})|{_COUNT}))*[\s.:!…→←»«\u203a\u2039]*",
        rf"{_COUNT}\s*(?:authors?|(?:up)?votes?|likes?|comments?|papers?|stars?|replies|views?|models?|datasets?|spaces?|followers?)(?:\s+(?:ago|citing|on|·).*)?",
        r"(?:submitted|posted|shared|curated|published)\s*by\b.*",
        r"by\s?\S{1,40}(?:\s+\S+){0,3}\s+and\s+the\b.{0,60}\bcommunity",
        r"by\s?@?[\w.-]{1,40}",
        r"(?:get|receive|subscribe|sign\s?up|join)\b.{0,120}\b(?:e-?mail|inbox|newsletter|account|discussion|conversation)\b.{0,40}",
        r"(?:log|sign)\s?in\s+(?:or|to)\b.{0,80}",
        r"(?:©|copyright\b).*",
        r"https?://\S+|\S+@\S+\.\S+|@[\w-]+",
    )
)
# A button's label that the saved page runs into the title after it.
_GLUED = re.compile(
    r"(?i:(?:(?:get|receive)\b.{0,120}?\binbox\b[^.!?]{0,40}[.!?]\s*)*(?:subscribe|sign ?up|log ?in))"
    r"(?=[A-Z0-9\"“'(\[$\\])"
)
_LABEL_ALONE = re.compile(r"subscribe|sign ?up|log ?in", re.IGNORECASE)
_USER = re.compile(r"[a-z0-9][a-z0-9_-]*")
_SENTENCE_END = re.compile(r"[.!?…][\"”\u2019')\]]*(?=\s|$)|[。\uff01\uff1f]")
_SURE_PROSE, _LONG_TITLE, _MAYBE_PROSE, _TITLE_WORDS = 400, 200, 80, 4
_FIRST_WIDE = "\u2e80"


def is_furniture(line: str) -> bool:
    """Whether a line, by its form, is a part of a page and neither title nor abstract.

    >>> [is_furniture(s) for s in ("Sep 3", "1.2k", "Previous Next", "byJD and the research community", "3 authors")]
    [True, True, True, True, True]
    >>> is_furniture("Daily Bread: Learning to Bake from Community Recipes")
    False
    """
    text = line.strip(" \t\r\n·•|\u2013—-*")
    return not any(map(str.isalpha, text)) or any(form.fullmatch(text) for form in _FURNITURE)


def is_prose(line: str) -> bool:
    """Whether a line has the form of an abstract: long, or of some length and made of sentences.

    >>> is_prose("We show that a small model, trained on the right data, is as good as a large one. It is fast.")
    True
    >>> is_prose("Is a Small Model, Trained on the Right Data for Longer, Ever as Good as a Large One?")
    False
    """
    text = line.strip()
    # A character of Chinese or Japanese says as much as some three letters.
    size = len(text) + 2 * sum(character >= _FIRST_WIDE for character in text)
    ends = len(_SENTENCE_END.findall(text))
    if size >= _SURE_PROSE or size < _MAYBE_PROSE or not ends:
        return size >= _SURE_PROSE
    if size >= _LONG_TITLE and (ends > 1 or not text.endswith("?")):
        return True
    words = text.split()
    lower = sum(word[:1].islower() for word in words)
    return text.rstrip("\"”\u2019')]").endswith((".", "。")) and (ends > 1 or lower * 2 > len(words))


def _may_be_title(line: str) -> bool:
    """Whether a line of prose is a title all the same, if it stands where one has to: a single sentence."""
    return len(line) < _SURE_PROSE and len(_SENTENCE_END.findall(line.strip())) < 2


def _sniff(head: bytes, name: str) -> int:
    start = head.lstrip()[:1]
    if start in (b"{", b"[", b"<", b"@") or start == b"":
        return NO
    kept = head if len(head) < HEAD else head[: head.rfind(b"\n") + 1]
    rows = [line.strip() for line in kept.decode(errors="replace").splitlines() if line.strip()]
    furniture = [row for row in rows[:30] if is_furniture(row) and any(map(str.isalpha, row))]
    prose = [place for place, row in enumerate(rows) if is_prose(row)]
    paired = sum(place > 0 and not is_prose(rows[place - 1]) and len(rows[place - 1]) > 5 for place in prose)
    glued = any(_GLUED.match(row) for row in rows[:30])
    if paired and (len(furniture) > 1 or glued):
        return LIKELY
    if len(furniture) > 2 and len(furniture) * 2 > len(rows[:30]):
        return POSSIBLE
    plain = name == "-" or name.endswith((".txt", ".text"))
    return POSSIBLE if plain and paired and paired == len(prose) and paired * 3 > len(rows) else NO


def _read(stream: BinaryIO, name: str, report: Report) -> Iterator[Paper]:
    candidates: list[tuple[int, str]] = []
    # A lone word in small letters is a user's name, unless nothing else can be the title.
    fallback: tuple[int, str] | None = None
    held: Paper | None = None
    found = 0
    interrupted = False
    for number, line in _without_glue(text_lines(stream, name, report)):
        if not is_prose(line) or (held is not None and not candidates and fallback is None and _may_be_title(line)):
            interrupted = True
            if _USER.fullmatch(line.strip()):
                fallback = (number, line)
            elif not is_furniture(line):
                candidates.append((number, line))
            continue
        if not candidates and fallback is not None:
            candidates = [fallback]
        if candidates:
            if held is not None:
                yield held
            *unused, (place, title) = candidates
            _report_unused(unused, name, report)
            held = Paper(title=title.strip(), abstract=line.strip(), origin=Origin(name, _NAME, place))
            found += 1
        elif held is not None and not interrupted:
            held = replace(held, abstract=f"{held.abstract}\n{line.strip()}")
        else:
            report(Problem(name, number, "an abstract without a title before it, left out"))
        candidates, fallback, interrupted = [], None, False
    if held is not None:
        yield held
    _report_unused(candidates, name, report)
    if not found:
        report(Problem(name, None, "a page without papers: no line of prose with a title before it"))


def _without_glue(numbered: Iterator[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """The lines that hold something; in the head of the page without a button's label that runs into a title.

    A label that stands on its own line is not glued to another: what begins like it then is a title.
    """
    in_head = True
    for number, raw in numbered:
        line = raw.rstrip("\r\n")
        if not line.strip():
            continue
        if in_head and (is_prose(line) or _LABEL_ALONE.fullmatch(line.strip())):
            in_head = False
        elif in_head and (label := _GLUED.match(line)) and (number > 1 or " " in label.group()):
            line = line[label.end() :]
        yield number, line


def _report_unused(lines: list[tuple[int, str]], name: str, report: Report) -> None:
    for number, line in lines:
        if len(line.split()) >= _TITLE_WORDS:
            shown = line if len(line) <= 60 else f"{line[:59]}…"
            report(Problem(name, number, f"no abstract follows “{shown.strip()}”, left out"))


FORMATS = (Format(_NAME, "page of papers of Hugging Face, saved as text", (".txt", ".text"), _sniff, _read),)
