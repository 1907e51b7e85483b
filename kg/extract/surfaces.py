"""What the components pass along: surfaces in a text, held by extensions of the Doc under the prefix ``kg_``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from types import MappingProxyType

from spacy.attrs import IDX, LENGTH
from spacy.tokens import Doc

from kg.model import EntityType, Extraction, Match

__all__ = ["Surface", "addresses", "free", "register", "text_of", "title_end", "tokens_of"]

_ADDRESS = re.compile(r"(?:https?|ftp)\s?:\s?//\S+|\bwww\.\S+|\b[\w-]+\.(?:com|org|io|ai|edu|net)/\S+", re.IGNORECASE)
# Each address holds one of these; most texts hold none, and to look for them costs a tenth of the pattern.
_ADDRESS_SIGNS = ("//", "www.", ".com/", ".org/", ".io/", ".ai/", ".edu/", ".net/")


@dataclass(frozen=True, slots=True)
class Surface:
    """One place where a text names a thing. Offsets count in the Doc's text; ``type`` is set later where unknown."""

    start: int
    end: int
    slug: str
    name: str
    type: EntityType | None
    known: bool
    match: Match
    confidence: float


def register() -> None:
    """Declares the extensions; safe to call again."""
    for name, default in (
        ("kg_title_end", 0),
        ("kg_language", "en"),
        ("kg_pairs", ()),
        ("kg_surfaces", ()),
        ("kg_hints", MappingProxyType({})),
        ("kg_vectors", None),
        ("kg_extraction", Extraction()),
    ):
        if not Doc.has_extension(name):
            Doc.set_extension(name, default=default)


def title_end(doc: Doc) -> int:
    """Where the title ends in the Doc's text; 0 where it has none."""
    return int(doc._.kg_title_end)


def text_of(doc: Doc) -> str:
    """The Doc's text, put together once: ``Doc.text`` joins all tokens at each call."""
    text = doc.user_data.get("kg_text")
    if text is None:
        text = doc.user_data["kg_text"] = doc.text
    return str(text)


def tokens_of(doc: Doc) -> tuple[list[str], list[int]]:
    """The Doc's tokens as text, and where each begins, read once: to walk a Doc costs more than most components do."""
    found: tuple[list[str], list[int]] | None = doc.user_data.get("kg_tokens")
    if found is None or len(found[0]) != len(doc):
        # Not token by token, which makes an object of each.
        text, at = text_of(doc), doc.to_array([IDX, LENGTH])
        places = at[:, 0].tolist()
        ends = (at[:, 0] + at[:, 1]).tolist()
        found = doc.user_data["kg_tokens"] = ([text[a:b] for a, b in zip(places, ends, strict=True)], places)
    return found


def addresses(text: str) -> list[tuple[int, int]]:
    """Where a text holds web addresses: names inside them are no mentions.

    >>> addresses("Code: github.com/kg/kg and HTTPS://a.b"), addresses("and/or")
    ([(6, 22), (27, 38)], [])
    """
    low = text.lower()
    if not any(sign in low for sign in _ADDRESS_SIGNS):
        return []
    return [m.span() for m in _ADDRESS.finditer(text)]


def free(surfaces: tuple[Surface, ...] | list[Surface], start: int, end: int) -> bool:
    """Whether no surface touches the stretch."""
    return not any(s.start < end and start < s.end for s in surfaces)
