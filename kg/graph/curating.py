"""What a curator does: terms that the vocabulary does not hold, and decisions about them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from kg.errors import KGError, NotFoundError
from kg.filters import Filters
from kg.graph.opened import Opened
from kg.iri import slugify
from kg.model import EntityType
from kg.resolve import Decision, append_decisions, rank_terms, read_decisions, settle
from kg.resolve.termhood import Term
from kg.store.evidence import Evidence, evidence

if TYPE_CHECKING:
    from kg.vocabulary import Vocabulary

__all__ = ["Candidate", "Curating", "CurationOrder"]

CurationOrder = Literal["score", "c_value", "papers", "mentions"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A term outside the vocabulary, with what speaks for it, names that are spelt alike, and sentences."""

    iri: str
    label: str
    type: EntityType
    papers: int
    mentions: int
    c_value: float
    score: float
    near: tuple[str, ...]
    evidence: tuple[Evidence, ...]


class Curating(Opened):
    """The part of :class:`kg.Graph` that decides what is an entity, and which are one."""

    def candidates(
        self,
        limit: int = 20,
        *,
        by: CurationOrder = "score",
        min_papers: int = 1,
        sentences: int = 1,
        filters: Filters = Filters(),
    ) -> list[Candidate]:
        """Terms that papers name and the vocabulary does not hold, the best first.

        :param by: what they are ranked by; see :func:`kg.resolve.rank_terms` for ``c_value`` and ``score``
        :param min_papers: papers that name it, at least
        :param sentences: how many sentences to show of each
        """
        import numpy as np

        from kg.vocabulary.near import NearNames

        table, keep = self.table, self.keep(filters)
        rows = np.flatnonzero(keep)
        mentions = np.bincount(table.entity[rows], minlength=table.entities)
        pairs = np.unique(table.paper[rows].astype(np.int64) * max(table.entities, 1) + table.entity[rows])
        papers = np.bincount(pairs % max(table.entities, 1), minlength=table.entities)
        unknown = {
            e.slug: e for e in self.index.each_entity() if not e.known and papers[e.row] >= max(min_papers, 1)
        }  # fmt: skip
        scores = rank_terms(Term(s, int(mentions[e.row]), int(papers[e.row])) for s, e in unknown.items())
        if by in ("papers", "mentions"):
            counts = papers if by == "papers" else mentions
            scores.sort(key=lambda s: -int(counts[unknown[s.slug].row]))
        elif by == "c_value":
            scores.sort(key=lambda s: -s.c_value)
        names = NearNames((label, c.label) for c in self.vocabulary for label in c.labels) if scores else None
        found = []
        for score in scores[:limit]:
            entity = unknown[score.slug]
            own = np.flatnonzero(keep & (table.entity == entity.row))
            # One sentence a paper, papers with the most telling role first.
            first = {int(table.paper[r]): int(r) for r in own[::-1]}
            chosen = sorted(first.values(), key=lambda r: (int(table.role[r]), r))[:sentences]
            found.append(
                Candidate(
                    entity.iri, entity.label, entity.type, int(papers[entity.row]), int(mentions[entity.row]),
                    round(score.c_value, 2), round(score.score, 2),
                    names.near(entity.label) if names else (), tuple(evidence(self.index, table, chosen)),
                )
            )  # fmt: skip
        return found

    @property
    def vocabulary(self) -> Vocabulary:
        """The vocabulary as the next build would have it: the built-in one where it is used, and the graph's own."""
        from kg.vocabulary import load

        return load(self.folder.vocabulary_files(self.generation), builtin=bool(self.generation.manifest["builtin"]))

    def decisions(self) -> tuple[Decision, ...]:
        """The lines of the graph's ``decisions.tsv`` that can be read, in their order."""
        return read_decisions(self.folder.decisions)[0]

    def accept(
        self, *names: str, label: str = "", type: EntityType | None = None, note: str = ""
    ) -> tuple[Decision, ...]:
        """Makes candidates entities of the graph's own, from the next build on.

        :param label: the name that it bears from then on, in place of the one that most papers give
        :param type: its type, in place of the one that most papers suggest
        :raises KGError: if one is in the vocabulary already, or a label is given to several
        """
        if label and len(names) > 1:
            raise KGError("one label cannot be that of several entities", hint="accept them one by one")
        found = [self.find_entity(name) for name in names]
        for entity in found:
            if entity.known:
                raise KGError(f"“{entity.label}” is no candidate: it is known already", hint="nothing was decided")
        return self._decide([Decision("accept", e.slug, label, type, note=note) for e in found])

    def merge(self, *names: str, into: str, note: str = "") -> tuple[Decision, ...]:
        """Makes entities one with another, from the next build on.

        :param into: the entity that they are
        :raises KGError: if the vocabulary says that they are not the same, or they would lead back to themselves
        """
        target = self._target(into)
        return self._decide([Decision("merge", self._named(name), target, note=note) for name in names])

    def reject(self, *names: str, note: str = "") -> tuple[Decision, ...]:
        """Takes entities away that are none, with their mentions and roles, from the next build on."""
        return self._decide([Decision("reject", self._named(name), note=note) for name in names])

    def split(
        self,
        name: str,
        *,
        into: str,
        surfaces: Sequence[str] = (),
        papers: Sequence[str] = (),
        type: EntityType | None = None,
        note: str = "",
    ) -> tuple[Decision, ...]:
        """Makes some mentions of an entity those of another, from the next build on.

        :param into: the other entity, one of the graph or the vocabulary or a new one
        :param surfaces: forms, as written, that name the other
        :param papers: papers in which the other is meant, by IRI, identifier or title
        :param type: the type of a new one
        :raises KGError: if neither a form nor a paper is given
        """
        places = [f"surface:{' '.join(s.split())}" for s in surfaces if s.strip()]
        places += [f"paper:{self.find_paper(paper).iri}" for paper in papers]
        if not places:
            raise KGError("a split needs a form or a paper", hint="give --surface TEXT or --paper PAPER")
        slug, target = self._named(name), self._target(into, new=True)
        return self._decide([Decision("split", slug, target, type, where, note) for where in places])

    def _named(self, name: str) -> str:
        found = self.vocabulary.named(name)
        if len(found) > 1:
            listed = ", ".join(found)
            raise KGError(f"{len(found)} entities are called “{name}”", hint=f"name one of {listed}")
        return found[0] if found else self.find_entity(name).slug

    def _target(self, name: str, *, new: bool = False) -> str:
        try:
            return self._named(name)
        except NotFoundError:
            if not new or not slugify(name):
                raise
            return " ".join(name.split())

    def _decide(self, made: Sequence[Decision]) -> tuple[Decision, ...]:
        """Writes the lines, if they can be followed."""
        path = self.folder.decisions
        with self.folder.writing():
            before, _ = read_decisions(path)
            last = max((d.line for d in before), default=0)
            new = [d for d in made if _without_line(d) not in {_without_line(b) for b in before[-len(made) :]}]
            numbered = [_numbered(d, last + i) for i, d in enumerate(new, start=1)]
            for decision in numbered:
                if decision.kind in ("merge", "split") and slugify(decision.into) == decision.entity:
                    raise KGError(f"{decision.entity} is itself", hint="nothing was decided")
            _, problems = settle((*before, *numbered), self.vocabulary, str(path))
            fresh = [p for p in problems if p.position is not None and p.position > last]
            if fresh:
                raise KGError("; ".join(p.reason for p in fresh[:3]), hint="nothing was decided")
            if new:
                append_decisions(path, new)
        return tuple(made)


def _without_line(decision: Decision) -> Decision:
    return _numbered(decision, 0)


def _numbered(decision: Decision, line: int) -> Decision:
    from dataclasses import replace

    return replace(decision, line=line)
