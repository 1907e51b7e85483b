"""Little vocabularies, written as their files are."""

from __future__ import annotations

from pathlib import Path

from kg.vocabulary import Concept, Vocabulary, read

HEAD = """\
@prefix kg: <https://w3id.org/kg-papers/ontology#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix c: <https://w3id.org/kg-papers/concept/> .
"""


def write(path: Path, body: str, head: str = HEAD) -> Path:
    path.write_text(head + body, encoding="utf-8")
    return path


def concepts(folder: Path, body: str) -> list[Concept]:
    return read([write(folder / "little.ttl", body)])


def matcher(*labels: str, match_case: bool = False) -> Vocabulary:
    """A vocabulary of one entry with these labels."""
    first, *others = labels
    return Vocabulary([Concept("thing", first, "Method", tuple(others), match_case=match_case)])


def surfaces(vocabulary: Vocabulary, text: str) -> list[str]:
    return [text[f.start : f.end] for f in vocabulary.find(text)]
