"""Annotated papers: the gold that recognition is trained on and measured against."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from kg.errors import SourceError
from kg.model import ROLES, TYPES, EntityType, Origin, Paper, Role

__all__ = ["GoldEntity", "GoldPaper", "addresses", "gold_spans", "read_folds", "read_gold"]

_ADDRESS = re.compile(r"(?:https?|ftp)\s?:\s?//\S+|\bwww\.\S+|\bgithub\.com/\S+")


@dataclass(frozen=True, slots=True)
class GoldEntity:
    """A thing that a paper names, with every surface form of it in the text."""

    name: str
    type: EntityType
    role: Role
    surfaces: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GoldPaper:
    """An annotated paper; relations are (subject, predicate, object) by entity names."""

    id: str
    title: str
    abstract: str
    entities: tuple[GoldEntity, ...]
    relations: tuple[tuple[str, str, str], ...]
    file: str = ""

    @property
    def text(self) -> str:
        """What offsets count in: title, newline, abstract."""
        return f"{self.title}\n{self.abstract}"

    @property
    def paper(self) -> Paper:
        return Paper(self.title, self.abstract, Origin(self.file, "gold", 1), id=self.id)


def read_gold(path: str | Path) -> list[GoldPaper]:
    """The papers of a gold file, JSON Lines.

    :raises SourceError: if a line is no annotated paper, or an id comes twice
    """
    found: dict[str, GoldPaper] = {}
    for number, line in _lines(path):
        try:
            row = json.loads(line)
            paper = GoldPaper(
                row["id"], row["title"], row["abstract"],
                tuple(GoldEntity(e["name"], e["type"], e["role"], tuple(e["surfaces"])) for e in row["entities"]),
                tuple((s, p, o) for s, p, o in row.get("relations", [])),
                Path(path).name,
            )  # fmt: skip
        except (ValueError, KeyError, TypeError) as error:
            raise SourceError(f"not an annotated paper ({error!r})", where=f"{path}:{number}") from error
        for entity in paper.entities:
            if entity.type not in TYPES or entity.role not in ROLES:
                raise SourceError(f"“{entity.name}” has an unknown type or role", where=f"{path}:{number}")
        if paper.id in found:
            raise SourceError(f"the id {paper.id} comes twice", where=f"{path}:{number}")
        found[paper.id] = paper
    return list(found.values())


def _lines(path: str | Path) -> Iterator[tuple[int, str]]:
    try:
        with open(path, encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield number, line
    except OSError as error:
        raise SourceError(f"cannot be read ({error.strerror})", where=str(path)) from error


def read_folds(path: str | Path) -> dict[str, int]:
    """The fold of each paper id, from a JSON object of lists of ids by fold.

    :raises SourceError: if the file is none
    """
    try:
        rows = json.loads(Path(path).read_text(encoding="utf-8"))
        return {paper: int(fold) for fold, papers in rows.items() for paper in papers}
    except OSError as error:
        raise SourceError(f"cannot be read ({error.strerror})", where=str(path)) from error
    except (ValueError, AttributeError, TypeError) as error:
        raise SourceError("not a JSON object of lists of ids by fold", where=str(path)) from error


def addresses(text: str) -> set[int]:
    """The places of web addresses: a name inside one is no mention."""
    return {i for match in _ADDRESS.finditer(text) for i in range(*match.span())}


def gold_spans(text: str, entities: Sequence[GoldEntity]) -> list[tuple[int, int, GoldEntity]]:
    """Every occurrence of a surface on word borders: the longest first, none inside another or in a web address."""
    found = []
    for entity in entities:
        for surface in sorted(set(entity.surfaces)):
            pattern = rf"(?<!\w){re.escape(surface)}(?!\w)"
            found += [(m.start(), m.end(), entity) for m in re.finditer(pattern, text)]
    found.sort(key=lambda s: (s[0] - s[1], s[0]))
    taken, spans = addresses(text), []
    for start, end, entity in found:
        if not any(i in taken for i in range(start, end)):
            taken.update(range(start, end))
            spans.append((start, end, entity))
    return spans
