"""The mention table: one row a mention, as arrays on disk. It serves counts, projections and the map.

| column | type | holds |
|---|---|---|
| paper | uint32 | row of the paper in :class:`kg.store.index.Index` |
| entity | uint32 | row of the entity there |
| role | uint8 | index in :data:`kg.model.ROLES`, of the entity for the paper |
| field | uint8 | index in :data:`kg.model.FIELDS` |
| start, end | uint32 | offsets in the field |
| sentence_start, sentence_end | uint32 | offsets of the sentence in the field |
| confidence | uint8 | in hundredths |

and one row a paper: ``issued`` (int32, as the number YYYYMMDD; 0 for what is not known, so 20210000 is a year alone);
one row an entity: ``type`` (uint8, index in :data:`kg.model.TYPES`). Where an engine has counted them already, one row
a pair of entities that papers name together: ``pair_one``, ``pair_other`` (uint32, rows of entities, the smaller first)
and ``pair_papers`` (uint32); sorted.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import orjson

from kg.model import FIELDS, ROLES, TYPES, EntityType, Extraction

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["COLUMNS", "MentionTable", "MentionWriter", "date_number"]

# Column -> type code of the array module, with its NumPy name.
COLUMNS: Mapping[str, tuple[str, str]] = {
    "paper": ("I", "uint32"),
    "entity": ("I", "uint32"),
    "role": ("B", "uint8"),
    "field": ("B", "uint8"),
    "start": ("I", "uint32"),
    "end": ("I", "uint32"),
    "sentence_start": ("I", "uint32"),
    "sentence_end": ("I", "uint32"),
    "confidence": ("B", "uint8"),
}
_OWN: Mapping[str, tuple[str, str]] = {"issued": ("i", "int32"), "type": ("B", "uint8")}
_PAIRS = ("pair_one", "pair_other", "pair_papers")
_ROLE = {role: i for i, role in enumerate(ROLES)}
_FIELD = {field: i for i, field in enumerate(FIELDS)}
_TYPE = {kind: i for i, kind in enumerate(TYPES)}
_FLUSH = 1 << 16


def date_number(issued: str | None) -> int:
    """A date as the number YYYYMMDD.

    >>> date_number("2021-06-17"), date_number("2021-06"), date_number("2021"), date_number(None)
    (20210617, 20210600, 20210000, 0)
    """
    parts = [int(p) for p in issued.split("-")] if issued else [0]
    year, month, day = (*parts, 0, 0)[:3]
    return year * 10000 + month * 100 + day


class MentionWriter:
    """Writes the table, holding little of it in memory."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        self._folder = folder
        self._buffers = {name: array(code) for name, (code, _) in (*COLUMNS.items(), *_OWN.items())}
        self._files = {name: (folder / f"{name}.bin").open("wb") for name in self._buffers}

    def entity(self, kind: EntityType) -> None:
        """Adds the next entity's row."""
        self._buffers["type"].append(_TYPE[kind])

    def paper(self, row: int, issued: str | None, extraction: Extraction, entities: Mapping[str, int]) -> None:
        """Adds the next paper's row and its mentions.

        :param entities: the row of each entity by its slug, or a number that :meth:`close` is told the row of
        """
        b = self._buffers
        b["issued"].append(date_number(issued))
        for entity in extraction.entities:
            number, role = entities[entity.slug], _ROLE[entity.role]
            for mention in entity.mentions:
                b["paper"].append(row)
                b["entity"].append(number)
                b["role"].append(role)
                b["field"].append(_FIELD[mention.field])
                b["start"].append(mention.start)
                b["end"].append(mention.end)
                b["sentence_start"].append(mention.sentence_start)
                b["sentence_end"].append(mention.sentence_end)
                b["confidence"].append(round(mention.confidence * 100))
        if len(b["paper"]) > _FLUSH:
            self._flush()

    def _flush(self) -> None:
        for name, buffer in self._buffers.items():
            buffer.tofile(self._files[name])
            del buffer[:]

    def pairs(self, counted: Iterable[tuple[int, int, int]]) -> None:
        """Adds how many papers name both of two entities, sorted by their rows, the smaller row first."""
        with ExitStack() as stack:
            files = [stack.enter_context((self._folder / f"{name}.bin").open("wb")) for name in _PAIRS]
            stream = iter(counted)
            while some := list(islice(stream, _FLUSH)):
                for file, column in zip(files, zip(*some, strict=True), strict=True):
                    array("I", column).tofile(file)

    def close(self, revision: str, rows: Sequence[int] | None = None) -> None:
        """Finishes the table.

        :param revision: names the store that it was made with
        :param rows: the row of the entity of each number, where numbers were given in place of rows
        """
        self._flush()
        for file in self._files.values():
            file.close()
        self._files.clear()
        if rows:
            self._renumber(rows)
        (self._folder / "table.json").write_bytes(orjson.dumps({"revision": revision}))

    def _renumber(self, rows: Sequence[int]) -> None:
        import numpy as np

        of_number = np.array(rows, dtype=np.uint32)
        column = np.memmap(self._folder / "entity.bin", dtype=np.uint32, mode="r+")
        for start in range(0, len(column), _FLUSH):
            column[start : start + _FLUSH] = of_number[column[start : start + _FLUSH]]
        column.flush()

    def release(self) -> None:
        """Lets go of the files, finished or not."""
        for file in self._files.values():
            # What cannot be written any more belongs to a table that is thrown away.
            with suppress(OSError):
                file.close()
        self._files.clear()


@dataclass(frozen=True, slots=True)
class MentionTable:
    """The table in memory (memory-mapped: only what is read is loaded). Columns as the module says."""

    paper: NDArray[np.uint32]
    entity: NDArray[np.uint32]
    role: NDArray[np.uint8]
    field: NDArray[np.uint8]
    start: NDArray[np.uint32]
    end: NDArray[np.uint32]
    sentence_start: NDArray[np.uint32]
    sentence_end: NDArray[np.uint32]
    confidence: NDArray[np.uint8]
    issued: NDArray[np.int32]
    type: NDArray[np.uint8]
    pairs: tuple[NDArray[np.uint32], NDArray[np.uint32], NDArray[np.uint32]] | None = None

    def __len__(self) -> int:
        return len(self.paper)

    @property
    def papers(self) -> int:
        """Number of papers, those without a mention included."""
        return len(self.issued)

    @property
    def entities(self) -> int:
        """Number of entities."""
        return len(self.type)

    @staticmethod
    def revision(folder: Path) -> str:
        """The revision of the store that the table in a folder was made with."""
        return str(orjson.loads((folder / "table.json").read_bytes())["revision"])

    @classmethod
    def open(cls, folder: Path) -> MentionTable:
        """The table in a folder."""
        import numpy as np

        def column(name: str, dtype: str) -> NDArray[np.generic]:
            path = folder / f"{name}.bin"
            if path.stat().st_size == 0:
                return np.empty(0, dtype=dtype)
            return np.memmap(path, dtype=dtype, mode="r")

        counted = [column(name, "uint32") for name in _PAIRS] if (folder / f"{_PAIRS[-1]}.bin").is_file() else None
        pairs = None if counted is None else tuple(counted)
        return cls(pairs=pairs, **{name: column(name, dtype) for name, (_, dtype) in (*COLUMNS.items(), *_OWN.items())})  # type: ignore[arg-type]

    def where(
        self,
        *,
        since: str | None = None,
        until: str | None = None,
        types: Sequence[EntityType] = (),
        min_confidence: float = 0.0,
        papers: NDArray[np.bool_] | None = None,
    ) -> NDArray[np.bool_]:
        """Which rows pass the filters; a paper without a date passes no date filter.

        A paper dated by its year or month alone passes where one of its days would.

        :param since: first date (YYYY, YYYY-MM or YYYY-MM-DD), inclusive
        :param until: last date, inclusive: a year stands for all of it
        :param papers: one flag a paper, for those that may count
        """
        import numpy as np

        keep = np.ones(len(self), dtype=np.bool_)
        if since or until:
            dated = self.issued > 0
            if since:
                latest = self.issued + np.where(self.issued % 10000 == 0, 1231, np.where(self.issued % 100 == 0, 31, 0))
                dated &= latest >= date_number(since)
            if until:
                dated &= self.issued <= _most(until)
            keep &= dated[self.paper]
        if papers is not None:
            keep &= papers[self.paper]
        if types:
            keep &= np.isin(self.type, [_TYPE[t] for t in types])[self.entity]
        if min_confidence > 0:
            keep &= self.confidence >= round(min_confidence * 100)
        return keep


def _most(date: str) -> int:
    number = date_number(date)
    return number + {4: 1231, 7: 31}.get(len(date), 0)
