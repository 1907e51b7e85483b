"""Papers to extractions, mentions and triples on Spark: what a worker process does, with all it loads loaded once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from kg import vocabulary as vocabularies
from kg.errors import KGError
from kg.extract import Extractor
from kg.extract import version as extractor_version
from kg.model import Origin, Paper
from kg.records import from_body
from kg.resolve import Decision, Decisions, Entity, entity_of, relink, settle
from kg.store.cache import decode, encode
from kg.store.mapping import content_quad, entity_quads, paper_quads, provenance_quads

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "ENTITIES",
    "EXTRACTIONS",
    "LINES",
    "MENTIONS",
    "Reading",
    "content_lines",
    "entities",
    "entity_lines",
    "extractions",
    "lines",
    "mentions",
    "relinked",
]

EXTRACTIONS = "text string, extraction binary"
ENTITIES = "slug string, label string, type string, known boolean, papers long, mentions long"
LINES = "lines string"
MENTIONS = (
    "paper string, issued string, number int, entity string, name string, type string, known boolean, role string, "
    "role_confidence double, mention int, field string, start int, end int, surface string, sentence_start int, "
    "sentence_end int, match string, confidence double"
)
# Papers whose lines travel as one text, parted by line ends, which no line of N-Quads holds.
_PAPERS_A_CHUNK = 10
_NOWHERE = Origin("", "", 0)


@dataclass(frozen=True, slots=True)
class Reading:
    """How papers are read, for a worker to do the same as the build that sent it.

    :param files: the vocabulary's files beside the built-in one: the name under which Spark hands each out, and where
        it lies on the driver
    :param version: the extractor's version, as the build has it
    :param decisions: those of the curator that the build follows
    """

    profile: str
    files: tuple[tuple[str, str], ...]
    builtin: bool
    version: str
    decisions: tuple[Decision, ...] = ()

    @classmethod
    def by(
        cls, profile: str, files: Sequence[str], builtin: bool, version: str, decisions: tuple[Decision, ...] = ()
    ) -> Reading:
        """The reading of a build; a file's name tells its content, for a session hands out no two files of one name."""
        contents = [hashlib.sha256(Path(file).read_bytes()).hexdigest()[:16] for file in files]
        names = [
            f"kg-{n:03d}-{digest}{Path(file).suffix}"
            for n, (file, digest) in enumerate(zip(files, contents, strict=True))
        ]
        return cls(profile, tuple(zip(names, map(str, files), strict=True)), builtin, version, decisions)


def _here(reading: Reading) -> list[str]:
    from pyspark import SparkFiles

    return [SparkFiles.get(name) for name, _ in reading.files]


@lru_cache(maxsize=1)
def _extractor(reading: Reading) -> Extractor:
    known = _vocabulary(reading)
    version = extractor_version(known.version, reading.profile)
    if version != reading.version:
        raise KGError(
            f"a worker reads by another version of kg or its vocabulary ({version}, not {reading.version})",
            hint="install the same kg-papers on every worker",
        )
    return Extractor(reading.profile, _here(reading), builtin=reading.builtin)


@lru_cache(maxsize=1)
def _vocabulary(reading: Reading) -> vocabularies.Vocabulary:
    return vocabularies.load(_here(reading), builtin=reading.builtin)


@lru_cache(maxsize=1)
def _decisions(reading: Reading) -> Decisions:
    return settle(reading.decisions, _vocabulary(reading))[0]


def relinked(reading: Reading, frames: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
    """Papers with their extractions to the same, the curator's decisions followed."""
    known, decisions = _vocabulary(reading), _decisions(reading)
    for frame in frames:
        said = [
            encode(relink(decode(bytes(data)), iri, decisions, known))
            for iri, data in zip(frame["iri"], frame["extraction"], strict=True)
        ]
        yield frame.assign(extraction=said)


def extractions(reading: Reading, frames: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
    """``text, body`` of papers to :data:`EXTRACTIONS`."""
    import pandas as pd

    for frame in frames:
        papers = [
            Paper(p.title, p.abstract, _NOWHERE, id=text)
            for text, body in zip(frame["text"], frame["body"], strict=True)
            for p in (from_body(bytes(body), _NOWHERE),)
        ]
        found = [(paper.id, encode(said)) for paper, said in _extractor(reading)(papers)]
        yield pd.DataFrame(found, columns=["text", "extraction"])


def mentions(frames: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
    """Papers with their extractions to :data:`MENTIONS`; ``number`` and ``mention`` count within paper and entity."""
    import pandas as pd

    columns = [part.split()[0] for part in MENTIONS.split(", ")]
    for frame in frames:
        rows = [
            (
                iri, paper.issued, number, e.slug, e.name, e.type, e.known, e.role, e.role_confidence, place, m.field,
                m.start, m.end, m.surface, m.sentence_start, m.sentence_end, m.match, m.confidence,
            )
            for iri, body, data in zip(frame["iri"], frame["body"], frame["extraction"], strict=True)
            for paper in (from_body(bytes(body), _NOWHERE),)
            for number, e in enumerate(decode(bytes(data)).entities)
            for place, m in enumerate(e.mentions)
        ]  # fmt: skip
        yield pd.DataFrame(rows, columns=columns)


def entities(reading: Reading, frames: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
    """Votes ``slug, known, name, type, papers, mentions``, those on a slug together, to :data:`ENTITIES`."""
    import pandas as pd

    known, decisions = _vocabulary(reading), _decisions(reading)
    votes = (row for frame in frames for row in frame.itertuples(index=False, name=None))
    found = (entity_of(list(group), known, decisions) for _, group in groupby(votes, key=lambda vote: vote[0]))
    columns = [part.split()[0] for part in ENTITIES.split(", ")]
    while some := [(e.slug, e.label, e.type, e.known, e.papers, e.mentions) for e in islice(found, 1000)]:
        yield pd.DataFrame(some, columns=columns)


def lines(version: str, provenance: bool, frames: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
    """Papers with their extractions to :data:`LINES` of N-Quads.

    :param provenance: whether where the records were read is told as well
    """

    def of(row: tuple[Any, ...]) -> Iterator[str]:
        iri, body, records, data = row
        yield from paper_quads(iri, from_body(bytes(body), _NOWHERE), decode(bytes(data)), version)
        if provenance:
            yield from provenance_quads(
                iri, [(key, [Origin(*o) for o in found]) for key, found in orjson.loads(records)]
            )

    rows = (row for frame in frames for row in frame[["iri", "body", "records", "extraction"]].itertuples(index=False))
    yield from _chunks(rows, of)


def entity_lines(frames: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
    """:data:`ENTITIES` to :data:`LINES`."""
    rows = (row for frame in frames for row in frame.itertuples(index=False, name=None))
    yield from _chunks(rows, lambda row: entity_quads(Entity(*row)))


def content_lines(frames: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
    """``hash, body`` of records to :data:`LINES`: what each says."""
    rows = (row for frame in frames for row in frame.itertuples(index=False, name=None))
    yield from _chunks(rows, lambda row: [content_quad(row[0], bytes(row[1]).decode())])


def _chunks(rows: Iterable[Any], of: Any) -> Iterator[pd.DataFrame]:
    import pandas as pd

    stream = iter(rows)
    while some := list(islice(stream, _PAPERS_A_CHUNK)):
        yield pd.DataFrame({"lines": ["\n".join(line for row in some for line in of(row))]})
