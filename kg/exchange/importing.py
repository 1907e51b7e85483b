"""``kg import``: a file of N-Quads or TriG that ``kg export`` wrote -> the graph folder that it was written from.

The statements go into the store as they are, so that an export of the new graph has the same bytes. What a folder holds
beside its store follows from them: the source records stand in the provenance (``kg:content``), the vocabulary in its
graph, the mention table and the index are made as a build makes them. Extractions are not in the file: the first build
after an import reads all texts again, with the program and the vocabulary of then, and gives what a fresh build of the
same records gives.

A file without provenance can be imported too: each paper is then its own source record, read from that file.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg import vocabulary as vocabularies
from kg.errors import GraphError
from kg.exchange.reading import Reading
from kg.exchange.records import restore_records
from kg.exchange.statements import load_statements
from kg.iri import GRAPHS, PREFIXES
from kg.resolve.decisions import HEADER, Decisions, line_of, read_decisions, settle
from kg.store import Generation, GraphFolder

if TYPE_CHECKING:
    from pyoxigraph import Store

__all__ = ["ImportResult", "import_graph"]

#: Called with the step's name, how much of it is done, and how much there is (None where that is not known).
Progress = Callable[[str, int, "int | None"], None]

_FILE = "given-001-imported.ttl"
_HEAD = "".join(f"@prefix {name}: <{PREFIXES[name]}> .\n" for name in ("kg", "skos"))


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import did. ``whole_records`` is false where the file held no source records, so that papers stand in."""

    records: int
    papers: int
    entities: int
    mentions: int
    triples: int
    whole_records: bool
    seconds: float


def import_graph(
    folder: GraphFolder, file: str | Path, *, replace: bool = False, progress: Progress | None = None
) -> ImportResult:
    """Makes a graph from a file that ``kg export`` wrote as N-Quads or TriG, gzipped or not.

    :param replace: whether a graph that is there already gives way; ``undo`` brings it back
    :raises GraphError: if a graph is there already, or the file is no whole export of one; nothing is changed then
    :raises GraphBusyError: if another process is writing the graph
    """
    begun = time.monotonic()
    tell: Progress = progress or (lambda step, done, total: None)
    path = Path(file)
    if not replace and folder.exists() and (folder.path / "CURRENT").is_file():
        raise GraphError(
            "a graph is there already", where=str(folder.path),
            hint="name another folder with -g, or give --replace to put the imported graph in its place",
        )  # fmt: skip
    with folder.writing(replace=replace), folder.new_generation(start=True) as generation:
        store = load_statements(path, generation.store, tell)
        reading = Reading(store, path)
        builtin = _restore_vocabulary(store, generation, reading.vocabulary_version)
        records, conflicts, whole = restore_records(store, generation.records, reading, path, tell)
        decisions = _restore_decisions(folder, generation, reading.decisions(), builtin)
        counts = reading.write(generation, decisions, tell)
        store.flush()
        triples = len(store)
        del store
        reading.release()
        manifest: dict[str, Any] = counts | {
            "revision": reading.revision,
            "extractor": reading.extractor,
            "vocabulary": reading.vocabulary_version,
            "triples": triples,
            "built": reading.built,
            "profile": reading.profile,
            "builtin": builtin,
            "records": records,
            "decisions": decisions.digest,
            "conflicts": [{"title": c.title, "records": list(c.records)} for c in conflicts],
            "imported": path.name,
        }
        folder.publish(generation, manifest)
    return ImportResult(
        records=records, papers=counts["papers"], entities=counts["entities"], mentions=counts["mentions"],
        triples=triples, whole_records=whole, seconds=time.monotonic() - begun,
    )  # fmt: skip


def _restore_vocabulary(store: Store, generation: Generation, version: str) -> bool:
    """Puts the vocabulary that the graph was built with where later builds find it.

    :return: whether it is the built-in one alone, which needs no file
    """
    from pyoxigraph import NamedNode, RdfFormat

    if generation.vocabulary.is_dir():
        for old in generation.vocabulary.iterdir():
            old.unlink()
    if vocabularies.load([], builtin=True).version == version:
        return True
    generation.vocabulary.mkdir(exist_ok=True)
    text = store.dump(format=RdfFormat.N_TRIPLES, from_graph=NamedNode(GRAPHS["vocabulary"])) or b""
    place = generation.vocabulary / _FILE
    place.write_bytes(text)
    concepts = vocabularies.read([place])
    # As entries: what says that each belongs to the scheme is not for people to read.
    entries = "\n\n".join(vocabularies.serialise(concept) for concept in concepts)
    place.write_text(f"{_HEAD}\n{entries}\n", encoding="utf-8")
    return False


def _restore_decisions(folder: GraphFolder, generation: Generation, lines: list[str], builtin: bool) -> Decisions:
    """Puts the curator's decisions where later builds follow them.

    :raises GraphError: if the folder holds other decisions already
    """
    held, _ = read_decisions(folder.decisions)
    if sorted(line_of(decision).rstrip() for decision in held) != lines:
        if held:
            raise GraphError(
                "holds decisions of another graph", where=str(folder.decisions), hint="move that file away first"
            )
        folder.decisions.write_text(HEADER + "".join(f"{line}\n" for line in lines), encoding="utf-8")
    known = vocabularies.load([str(path) for path in folder.vocabulary_files(generation)], builtin=builtin)
    return settle(read_decisions(folder.decisions)[0], known)[0]
