"""How two entities hang together, as a page: the shortest chains of shared papers between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.store import EntityRow, Index, MentionTable
from kg.view.parts import node, quoted
from kg.view.payload import Edge, Page

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from kg.analyze import EvidencePath, Step

__all__ = ["chain"]


def chain(
    index: Index, table: MentionTable, keep: NDArray[np.bool_], one: EntityRow, other: EntityRow, count: int = 5
) -> Page:
    """The ``count`` shortest chains between two entities, each step with its papers and sentences.

    A page without nodes where nothing joins the two: it says so.
    """
    from kg.analyze import Sentences, evidence_paths

    title = f"{one.label} to {other.label}"
    found = evidence_paths(index, table, one.row, other.row, keep, count=count)
    if not found:
        same = "They are the same entity." if one.row == other.row else "No chain of papers joins the two here."
        return Page(title, "", empty=f"{one.label} and {other.label}: {same}")
    rows: dict[str, EntityRow] = {one.iri: one}
    steps: dict[tuple[str, str], Step] = {}
    chains: dict[str, int] = {}
    for number, path in enumerate(found):
        for step in path.steps:
            steps.setdefault((min(step.source, step.target), max(step.source, step.target)), step)
            for iri in (step.source, step.target):
                chains.setdefault(iri, number)
    for iri in chains:
        entity = index.find_entity(iri)
        if entity is not None:
            rows[iri] = entity
    sentences = Sentences(table, index, keep)
    edges = tuple(
        Edge(
            s.source, s.target, float(s.papers), evidence=quoted(s.evidence),
            papers=tuple(sentences.paper(p).title for p in sentences.both(rows[s.source].row, rows[s.target].row, 8)),
        )
        for s in steps.values()
    )  # fmt: skip
    # The two ends belong to every chain.
    ends = {one.iri, other.iri}
    made = tuple(node(index, table, keep, row, None if iri in ends else chains[iri]) for iri, row in rows.items())
    names = tuple(
        f"Chain {number + 1}: " + " – ".join([*(s.source_label for s in path.steps[1:])] or ["shared papers"])
        for number, path in enumerate(found)
    )
    direct = f"{len(found)} shortest chains" if len(found) > 1 else "the shortest chain"
    places = tuple((iri, *place) for iri, place in _places(found, one.iri, other.iri).items())
    said = f"{direct} of shared papers between the two"
    return Page(title, said, made, edges, names, groups="Chains", places=places)


def _places(found: list[EvidencePath], one: str, other: str) -> dict[str, tuple[float, float]]:
    """The two ends at the sides, each chain on a line of its own, the shortest in the middle."""
    wide = 320.0 * max(len(path.steps) for path in found)
    place = {one: (0.0, 0.0), other: (wide, 0.0)}
    for number, path in enumerate(found):
        line = (number + 1) // 2 * (1 if number % 2 else -1)
        for k, step in enumerate(path.steps[1:], 1):
            if step.source not in place:
                place[step.source] = (wide * k / len(path.steps), 120.0 * line)
    return place
