"""What two generations hold that the other does not: papers, entities, mentions and statements.

Both are read side by side in the order of their IRIs, paper by paper: memory does not grow with the graphs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from kg.errors import GraphError
from kg.iri import PREFIXES, TERM, concept_slug, mention_iri
from kg.model import FIELDS, ROLES
from kg.store import EntityRow, Generation, GraphFolder, Index, MentionTable, PaperRow, open_store

if TYPE_CHECKING:
    from pyoxigraph import NamedNode, Store

__all__ = ["KINDS", "WAYS", "Change", "diff", "sides"]

KINDS = ("paper", "entity", "mention", "statement")
WAYS = ("added", "removed", "changed")

T = TypeVar("T")
# Role, entity, sentence and confidence of a mention; the values of a statement by predicate.
_Mentions = Mapping[str, tuple[Any, ...]]
_Statements = Mapping[str, Mapping[str, str]]
_A = f"{PREFIXES['rdf']}type"


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that was added, removed or changed; ``what`` says it in words, ``paper`` where a paper says it.

    A mention is the same where the same text stands at the same place; it is changed where it is linked or dated
    otherwise. A statement is the same where a paper relates the same two things in the same way.
    """

    way: str
    kind: str
    iri: str
    what: str
    paper: str | None = None


def diff(old: Generation, new: Generation) -> Iterator[Change]:
    """What ``new`` holds other than ``old``: first the entities, then each paper with what it says.

    :raises GraphError: if a file of a generation cannot be read
    """
    with ExitStack() as stack:
        sides = [_Side(generation, stack) for generation in (old, new)]
        yield from _entities(*sides)
        yield from _papers(*sides)


def sides(
    graph: GraphFolder, old: str | int | None = None, new: str | int | None = None
) -> tuple[Generation, Generation]:
    """The two generations that are meant.

    :param old: a graph's folder, or the number of a generation of ``graph``; None is the one before ``new``
    :param new: the same; None is the current one of ``graph``
    :raises GraphError: if there is none
    """
    after = graph.current() if new is None else _meant(graph, new)
    if old is not None:
        return _meant(graph, old), after
    line = graph.line(after)
    if len(line) < 2:
        raise GraphError(f"no build before generation {after.number} is kept", where=str(graph.path),
                         hint="name two generations or folders")  # fmt: skip
    return line[1], after


def _meant(graph: GraphFolder, name: str | int) -> Generation:
    if str(name).isdecimal() and not GraphFolder(str(name)).path.is_dir():
        return graph.generation(int(name))
    return GraphFolder(str(name)).current()


class _Side:
    def __init__(self, generation: Generation, stack: ExitStack) -> None:
        from functools import lru_cache

        from pyoxigraph import NamedNode

        try:
            self.index = stack.enter_context(closing(Index(generation.index)))
            self.table = MentionTable.open(generation.mentions)
            self.store: Store = open_store(generation.store)
        except (OSError, RuntimeError, ValueError) as error:
            raise GraphError(f"generation {generation.path.name} cannot be read ({error})",
                             where=str(generation.path.parents[1])) from error  # fmt: skip
        self.node: type[NamedNode] = NamedNode
        self.entity = lru_cache(1 << 16)(lambda row: self.index.entity(row).slug)
        self.next = 0

    def mentions(self, paper: PaperRow | None) -> tuple[_Mentions, dict[str, str]]:
        """The mentions of a paper by IRI, and each in words. Papers are asked for by row."""
        if paper is None:
            return {}, {}
        table = self.table
        left = self.next
        right = left
        while right < len(table) and table.paper[right] == paper.row:
            right += 1
        self.next = right
        hashes = {name: _hash(text) for name, text in zip(FIELDS, (paper.title, paper.abstract), strict=True)}
        found, words = {}, {}
        for row in range(left, right):
            name, start, end = FIELDS[table.field[row]], int(table.start[row]), int(table.end[row])
            slug, role = self.entity(int(table.entity[row])), ROLES[table.role[row]]
            iri = mention_iri(paper.iri, name, hashes[name], start, end)
            bounds = int(table.sentence_start[row]), int(table.sentence_end[row])
            found[iri] = slug, role, bounds, int(table.confidence[row])
            text = paper.title if name == "title" else paper.abstract
            words[iri] = f"“{text[start:end]}” as {slug} ({role}), {name} {start}–{end}"
        return found, words

    def statements(self, paper: PaperRow | None) -> _Statements:
        """The statements of a paper by IRI."""
        if paper is None:
            return {}
        link = self.node(f"{TERM}statedIn")
        found: dict[str, dict[str, str]] = {}
        for one in self.store.quads_for_pattern(None, link, self.node(paper.iri), None):
            values = {
                quad.predicate.value.removeprefix(TERM): str(getattr(quad.object, "value", ""))
                for quad in self.store.quads_for_pattern(one.subject, None, None, None)
                if quad.predicate.value != _A
            }
            found[str(getattr(one.subject, "value", one.subject))] = values
        return found


def _entities(old: _Side, new: _Side) -> Iterator[Change]:
    def known(entity: EntityRow) -> tuple[object, ...]:
        return entity.label, entity.type, entity.known, entity.aliases, entity.definition

    def words(entity: EntityRow) -> str:
        return f"{entity.label} ({entity.type}{'' if entity.known else ', not in the vocabulary'})"

    for before, after in _merged(old.index.each_entity(), new.index.each_entity(), lambda e: e.slug):
        one = after or before
        if one is not None and (way := _way(before and known(before), after and known(after))):
            yield Change(way, "entity", one.iri, words(one))


def _papers(old: _Side, new: _Side) -> Iterator[Change]:
    def known(paper: PaperRow) -> tuple[object, ...]:
        return (paper.title, paper.abstract, paper.issued, paper.venue, paper.url, paper.identifiers, paper.authors)

    for before, after in _merged(old.index.each_paper(), new.index.each_paper(), lambda p: p.iri):
        paper = after or before
        if paper is None:
            continue
        if way := _way(before and known(before), after and known(after)):
            yield Change(way, "paper", paper.iri, paper.title)
        (was, gone), (now, come) = old.mentions(before), new.mentions(after)
        for iri, way in _differences(was, now):
            yield Change(way, "mention", iri, (gone if way == "removed" else come)[iri], paper.iri)
        stated, states = old.statements(before), new.statements(after)
        for iri, way in _differences(stated, states):
            yield Change(way, "statement", iri, _sentence((stated if way == "removed" else states)[iri]), paper.iri)


def _merged(old: Iterable[T], new: Iterable[T], key: Callable[[T], str]) -> Iterator[tuple[T | None, T | None]]:
    """Two sorted streams side by side: the pairs of one key, None where a stream has it not."""
    one, two = iter(old), iter(new)
    left, right = next(one, None), next(two, None)
    while left is not None or right is not None:
        if right is None or (left is not None and key(left) < key(right)):
            yield left, None
            left = next(one, None)
        elif left is None or key(right) < key(left):
            yield None, right
            right = next(two, None)
        else:
            yield left, right
            left, right = next(one, None), next(two, None)


def _differences(old: Mapping[str, object], new: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    for iri in sorted(old.keys() | new.keys()):
        if way := _way(old.get(iri), new.get(iri)):
            yield iri, way


def _way(old: object, new: object) -> str:
    if old == new:
        return ""
    return "added" if old is None else "removed" if new is None else "changed"


def _sentence(statement: Mapping[str, str]) -> str:
    subject, end = (concept_slug(statement.get(name, "")) for name in ("subject", "object"))
    subject = "the paper" if subject == statement.get("statedIn") else subject
    sign = "not " if statement.get("polarity") == "negative" else ""
    return f"{subject} {sign}{statement.get('predicate', '').removeprefix(TERM)} {end}"


def _hash(text: str) -> str:
    import hashlib

    return hashlib.sha256(text.encode()).hexdigest()
