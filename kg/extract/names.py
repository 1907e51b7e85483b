"""Names that the vocabulary does not hold: those that the text gives to something, those that look like names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

from spacy.language import Language
from spacy.tokens import Doc

from kg.extract import cues
from kg.extract.surfaces import Surface, addresses, free, register, text_of, title_end
from kg.iri import slugify
from kg.model import EntityType
from kg.settings import SETTINGS
from kg.vocabulary.forms import fold

__all__ = ["given_names", "guess_type", "kg_names", "looks_like_name", "name_candidates"]

_CHUNK = re.compile(r"[^\W_](?:[\w\-‐‑+.·@’']*[^\W_])?\+*")
_CAMEL = re.compile(r"[A-Z][A-Za-z]*[a-z][A-Z]|[a-z][A-Z]|[A-Z]{2,}[a-z]{2,}|[A-Z][a-z]+[A-Z]")
_ACRONYM = re.compile(r"(?:[A-Z][\w]*[A-Z][\w]*|[A-Z]{2,})(?:[-+@.]?[\w+]+)*")
_MIXED = re.compile(r"(?=\w*\d)(?=\w*[A-Za-z]{2})[A-Z][\w.-]*|[A-Z][a-z]*-[A-Z0-9][\w-]*|[A-Z]{1,2}\d[\w]*")
_VERSION = re.compile(r"\s(?:v?\d+(?:\.\d+)*|V\d+|Pro|Max|Ultra|Nano|Flash|Turbo)\b(?![%\w])")
_HYPHEN = re.compile(r"[-‐‑]")
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z])")
_WORDS = re.compile(r"[A-Z][a-z]{2,}(?:[- ](?:of |and |for )?[A-Z][a-z]{2,}){1,3}")
_TITLE_NAME = re.compile(r"^\s*([^\s:,]+(?: [^\s:,]+){0,3})\s*:\s")
_LOWER_TAIL = re.compile(
    r"-(?:based|like|style|generated|aware|driven|guided|free|level|trained|tuned|specific|only|inspired|enhanced"
    r"|augmented|powered|equipped|and|as|to|type|related|assisted|centric|optimal|complete|hard|supervised"
    r"|[a-z]+(?:ed|ing|able))$"
)


@Language.component("kg_names")
def kg_names(doc: Doc) -> Doc:
    """Adds to ``doc._.kg_surfaces`` the names that the vocabulary does not hold, at every place of the text.

    In a text that is not English no names are looked for: capitals mean other things there.
    """
    register()
    if doc._.kg_language != "en":
        return doc
    text, border = text_of(doc), title_end(doc)
    known: tuple[Surface, ...] = doc._.kg_surfaces
    blocked = addresses(text)
    names = dict(_defined(doc, known))
    covered = given_names(text, border) | {n: SETTINGS.named for n, c in names.items() if c >= SETTINGS.named}
    for start, end in name_candidates(text, border):
        names.setdefault(text[start:end], SETTINGS.candidate)
    names |= covered
    known_places = {text[s.start : s.end] for s in known}
    added: list[Surface] = []
    kept = list(known)
    short = {p.short: p.long for p in doc._.kg_pairs}
    for name in sorted(names, key=lambda n: (-len(n), n)):
        # A plural is found as that of its name.
        if name in known_places or (name[-1:] == "s" and name[:-1] in names) or not slugify(name):
            continue
        places = [
            (start, end) for start, end in _places(text, name) if not any(a < end and start < b for a, b in blocked)
        ]
        # A longer name takes the place of a known one inside it; what only touches another name is left to that.
        places = [
            (a, b) for a, b in places
            if free(added, a, b) and all(a <= s.start and s.end <= b for s in known if s.start < b and a < s.end)
        ]  # fmt: skip
        if not places:
            continue
        confidence = names[name]
        if confidence == SETTINGS.candidate:
            confidence = min(SETTINGS.candidate + SETTINGS.repeat * (len(places) - 1), SETTINGS.candidate_limit)
        kind = guess_type(text, name, places)
        whole = short.get(name, name)
        known_slug = next((s for s in known if text[s.start : s.end] == whole), None)
        for start, end in places:
            kept = [s for s in kept if not (start <= s.start and s.end <= end)]
            added.append(
                Surface(start, end, known_slug.slug, known_slug.name, known_slug.type, True, "abbreviation",
                        SETTINGS.abbreviation)
                if known_slug
                else Surface(start, end, slugify(_singular(whole)), whole, kind, False,
                             "abbreviation" if name in short else "pattern", round(confidence, 2))
            )  # fmt: skip
    doc._.kg_surfaces = tuple(sorted([*kept, *added], key=lambda s: (s.start, s.end)))
    return doc


def _bare(chunk: str) -> str:
    """A word without the genitive's s and without what a hyphen joins to a name in small letters."""
    chunk = chunk.removesuffix("'s").removesuffix("’s")
    return _LOWER_TAIL.sub("", chunk) if "-" in chunk else chunk


def _places(text: str, name: str, *, plural: bool = True) -> Iterator[tuple[int, int]]:
    """Where a text says a name, or its plural with an s if asked for, as words of their own; none overlapping.

    Not by a pattern: to compile one for each name costs more than to look for it.

    >>> list(_places("LoRAs, QLoRA, LoRA-like LoRA_2 and LoRA", "LoRA"))
    [(0, 5), (14, 18), (35, 39)]
    """
    at = text.find(name)
    while at >= 0:
        end = at + len(name)
        if plural and text[end : end + 1] == "s" and not _in_word(text[end + 1 : end + 2]):
            end += 1
        if (at > 0 and (_in_word(text[at - 1]) or text[at - 1] == "-")) or _in_word(text[end : end + 1]):
            at = text.find(name, at + 1)
            continue
        yield at, end
        at = text.find(name, end)


def _in_word(char: str) -> bool:
    """Whether a character belongs to a word, as ``\\w`` says; the end of a text does not."""
    return char.isalnum() or char == "_"


def _singular(name: str) -> str:
    if len(name) > 3 and name.endswith("s") and name[-2].isupper():
        return name[:-1]
    return name


@lru_cache(maxsize=1 << 15)
def looks_like_name(chunk: str) -> bool:
    """Whether a word looks like a name by its capitals and digits alone.

    >>> [looks_like_name(w) for w in ("InstaFlow", "W4A8", "Pre-LN", "GPT-4", "Results", "AI", "state-of-the-art")]
    [True, True, True, True, False, False, False]
    """
    stop = cues.not_names()
    base = chunk.removesuffix("s") if len(chunk) > 2 and chunk[-2:-1].isupper() else chunk
    if base in stop or chunk in stop or len(chunk) < 2 or len(chunk) > 40:
        return False
    parts = _HYPHEN.split(base)
    if all(p in stop or p.islower() or p.isdigit() for p in parts):
        return False
    return bool(_CAMEL.search(base) or _ACRONYM.fullmatch(base) or _MIXED.fullmatch(base))


def _defined(doc: Doc, known: tuple[Surface, ...]) -> Iterator[tuple[str, float]]:
    """Short and long forms that the text defines and the vocabulary does not know."""
    text = text_of(doc)
    places = {(s.start, s.end) for s in known}
    stop = cues.not_names()
    for pair in doc._.kg_pairs:
        if (pair.long_start, pair.long_end) in places:
            yield pair.short, SETTINGS.abbreviation
        elif pair.short not in stop and len(pair.long.split()) <= 6 and not pair.long[0].isdigit():
            yield text[pair.short_start : pair.short_end], SETTINGS.defined
            yield pair.long, SETTINGS.defined


def name_candidates(text: str, border: int) -> Iterator[tuple[int, int]]:
    """Stretches that look like names: by their letters anywhere, runs of capitalised words only inside a sentence."""
    shouting = sum(c.isupper() for c in text[:border]) > sum(c.islower() for c in text[:border])
    for match in _CHUNK.finditer(text):
        # Nothing in small letters alone looks like a name.
        if match.group().islower() or (shouting and match.start() < border):
            continue
        chunk = _bare(match.group())
        if looks_like_name(chunk):
            end = match.start() + len(chunk)
            version = _VERSION.match(text, end)
            yield match.start(), version.end() if version and end == match.end() else end
    stop = cues.not_names()
    for match in _WORDS.finditer(text, border):
        before = text[: match.start()].rstrip()
        inside = before[-1:].isalnum() or before[-1:] in ",(-"
        words = re.split(r"[- ]", match.group())
        if inside and not any(w in stop for w in words) and not text.startswith(" et al", match.end()):
            yield match.span()


def given_names(text: str, border: int) -> dict[str, float]:
    """Names that the text says it gives: "X: …" as title, "called X", "we propose X", "X, a new method"."""
    found: dict[str, float] = {}
    stop = cues.not_names()
    title = _TITLE_NAME.match(text[:border])
    if title:
        name = title.group(1)
        again = next(_places(text[border:], name, plural=False), None)
        words = name.split()
        if (looks_like_name(name) and len(words) == 1) or (
            again and name[0].isupper() and name not in stop and (len(words) == 1 or any(map(looks_like_name, words)))
        ):
            found[name] = SETTINGS.named
    patterns = cues.names()
    for match in _CHUNK.finditer(text, border):
        if match.group().islower():
            continue
        chunk = _bare(match.group())
        if not any(c.isupper() for c in chunk) or chunk in stop or len(chunk) < 2:
            continue
        head = text[max(border, match.start() - 200) : match.start()]
        head = _SENTENCE.split(head)[-1]
        given = patterns.before.search(head)
        if not given and looks_like_name(chunk):
            given = patterns.after.match(text, match.start() + len(chunk))
        if given:
            version = _VERSION.match(text, match.end())
            found[text[match.start() : version.end()] if version else chunk] = SETTINGS.named
    return found


def guess_type(text: str, name: str, places: list[tuple[int, int]]) -> EntityType:
    """The type of a thing that the vocabulary does not hold, by its own form and what stands around it."""
    votes: Counter[EntityType] = Counter()
    for cue in cues.types():
        if cue.where == "inside":
            if cue.pattern.search(name):
                votes[cue.type] += 3
            continue
        for start, end in places:
            if cue.where == "after":
                hit = cue.pattern.match(text[end : end + 140])
            else:
                hit = cue.pattern.search(text[max(0, start - 100) : start])
            votes[cue.type] += 2 if hit else 0
    if votes and max(votes.values()) > 0:
        return max(votes, key=lambda t: (votes[t], t))
    return "Concept" if name.islower() or fold(name) == name else "Method"
