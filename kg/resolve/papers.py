"""Which records are about the same paper, and what the paper is when all that its records know is brought together.

A pure function of the set of records: their order never counts.

Same paper: a shared identifier; the same normalised title and the same abstract; else the same normalised title of at
least four words, unless first authors differ, years lie more than two apart, or their arXiv or ACL identifiers differ.
Where of the papers with one title some would be the same and others not, none is merged: they stay apart and are
listed.
"""

from __future__ import annotations

import hashlib
import re
import sqlite3
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from kg.iri import normal_title, paper_iri
from kg.model import Origin, Paper
from kg.records import Records

__all__ = ["Conflict", "Identities", "compatible", "identify", "identify_together", "keys", "merge"]

TITLE_WORDS = 4
YEARS_APART = 2
_SUFFIXES = frozenset(("jr", "sr", "ii", "iii", "iv"))


@dataclass(frozen=True, slots=True)
class Conflict:
    """Records of one title that may be one paper or several: they were kept apart."""

    title: str
    records: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Identities:
    """Which record belongs to which paper: ``root`` of each record that is not alone, and the conflicts."""

    root: dict[int, int]
    conflicts: tuple[Conflict, ...]
    ambiguous: frozenset[int]


class _Union:
    """Union-find over the records that share something; the smallest row is the root."""

    def __init__(self) -> None:
        self.parent: dict[int, int] = {}

    def find(self, item: int) -> int:
        while self.parent.get(item, item) != item:
            self.parent[item] = self.parent.get(self.parent[item], self.parent[item])
            item = self.parent[item]
        return item

    def join(self, items: Sequence[int]) -> None:
        roots = sorted({self.find(i) for i in items})
        for other in roots:
            self.parent[other] = roots[0]


def identify(records: Records, work: sqlite3.Connection) -> Identities:
    """Groups the records by paper.

    Memory grows with the number of records that share an identifier or title, not with the number of records; keys go
    through ``work``, a scratch database.
    """
    work.execute("CREATE TABLE key (name TEXT NOT NULL, record INTEGER NOT NULL)")
    work.execute("BEGIN")
    work.executemany(
        "INSERT INTO key VALUES (?, ?)", ((k, row) for row, _, paper in records.all() for k in keys(paper))
    )
    work.execute("COMMIT")
    work.execute("CREATE INDEX key_name ON key (name, record)")
    identical = (group for kind in ("id", "same") for group in _groups(work, kind))
    found = _settle(identical, _groups(work, "title"), records.get)
    work.execute("DROP TABLE key")
    return found


def identify_together(found: Sequence[tuple[str, Paper]]) -> Identities:
    """The same for records in memory, known by their place in ``found``; an engine calls it for each component.

    Records without a common key, directly or by way of others, never bear on each other: what is found for each
    connected component of records and :func:`keys` is what :func:`identify` finds for all of them.

    :param found: records with their hashes, ordered by hash
    """
    shared: dict[str, list[int]] = defaultdict(list)
    for place, (_, paper) in enumerate(found):
        for name in keys(paper):
            shared[name].append(place)
    names = sorted(name for name, places in shared.items() if len(places) > 1)
    return _settle(
        (shared[name] for name in names if not name.startswith("title ")),
        (shared[name] for name in names if name.startswith("title ")),
        lambda places: [found[place] for place in sorted(places)],
    )


def _settle(
    identical: Iterable[Sequence[int]],
    titles: Iterable[Sequence[int]],
    get: Callable[[Iterable[int]], list[tuple[str, Paper]]],
) -> Identities:
    """The rules: groups of records that are one paper for sure, then groups that share a title, by its digest.

    :param get: the records of some rows with their hashes, ordered by hash
    """
    union = _Union()
    for group in identical:
        union.join(group)
    whole: dict[int, list[int]] = defaultdict(list)
    for row in union.parent:
        whole[union.find(row)].append(row)
    conflicts: list[Conflict] = []
    ambiguous: set[int] = set()
    for group in titles:
        parts: dict[int, list[int]] = defaultdict(list)
        for row in group:
            parts[union.find(row)].append(row)
        if len(parts) < 2:
            continue
        # All records of a paper have a say, those of another title too.
        members = {root: [p for _, p in get(whole.get(root, rows))] for root, rows in parts.items()}
        linked = [(a, b) for a, b in combinations(sorted(members), 2) if _all_compatible(members[a], members[b])]
        for component in _components(sorted(members), linked):
            within = set(component)
            pairs = sum(a in within for a, _ in linked)
            if pairs == len(component) * (len(component) - 1) // 2:
                union.join(component)
                together = [row for root in component for row in whole.pop(root, parts[root])]
                whole[union.find(component[0])] = together
                if len(component) == len(members):
                    continue
            rows = sorted(r for root in component for r in parts[root])
            ambiguous.update(rows)
            if len(component) > 1 and pairs < len(component) * (len(component) - 1) // 2:
                found = get(rows)
                conflicts.append(Conflict(found[0][1].title, tuple(key for key, _ in found)))
    root = {row: union.find(row) for row in union.parent}
    return Identities(root, tuple(sorted(conflicts, key=lambda c: c.records)), frozenset(ambiguous))


def keys(paper: Paper) -> Iterator[str]:
    """What records of one paper may have in common: ``id …``, ``same …`` (title and abstract), ``title …``."""
    title = normal_title(paper.title)
    for identifier in paper.identifiers:
        yield f"id {identifier}"
    if paper.abstract.strip():
        yield f"same {_digest(title + ' | ' + ' '.join(paper.abstract.split()).casefold())}"
    if len(title.split()) >= TITLE_WORDS:
        yield f"title {_digest(title)}"


def _groups(work: sqlite3.Connection, kind: str) -> Iterator[list[int]]:
    shared = work.execute(
        "SELECT group_concat(record) FROM key WHERE name GLOB ? GROUP BY name HAVING count(*) > 1 ORDER BY name",
        (f"{kind} *",),
    )
    for (rows,) in shared:
        yield [int(r) for r in rows.split(",")]


def _components(items: Sequence[int], pairs: Sequence[tuple[int, int]]) -> list[list[int]]:
    union = _Union()
    for pair in pairs:
        union.join(pair)
    found: dict[int, list[int]] = defaultdict(list)
    for item in items:
        found[union.find(item)].append(item)
    return [found[root] for root in sorted(found)]


def _all_compatible(first: Sequence[Paper], second: Sequence[Paper]) -> bool:
    return all(compatible(a, b) for a in first for b in second)


def compatible(first: Paper, second: Paper) -> bool:
    """Whether nothing speaks against two records of one title being the same paper."""
    if first.authors and second.authors and _surname(first.authors[0].name) != _surname(second.authors[0].name):
        return False
    if first.issued and second.issued and abs(int(first.issued[:4]) - int(second.issued[:4])) > YEARS_APART:
        return False
    for scheme in ("arxiv:", "acl:"):
        one = {i for i in first.identifiers if i.startswith(scheme)}
        two = {i for i in second.identifiers if i.startswith(scheme)}
        if one and two and not one & two:
            return False
    return True


def _surname(name: str) -> str:
    """The family name without accents and case; "Family, Given" and "Given Family" alike.

    >>> _surname("Müller, Anna") == _surname("A. Muller")
    True
    """
    words = name.split(",")[0].split() if "," in name else name.split()
    while len(words) > 1 and words[-1].rstrip(".").casefold() in _SUFFIXES:
        words.pop()
    # The last word alone: "van der Berg, Anna" and "Anna van der Berg" tell not the same part of the rest.
    plain = "".join(c for c in unicodedata.normalize("NFKD", (words or [""])[-1]) if not unicodedata.combining(c))
    return re.sub(r"[\W_]+", "", plain).casefold()


def merge(found: Sequence[tuple[str, Paper]], *, ambiguous: bool) -> tuple[str, Paper]:
    """The IRI of a paper and what its records know together.

    Precedence: the record with an abstract, then with more identifiers, then with more fields filled, then with the
    longer abstract, then with the smaller hash. Title and abstract come from the first; each other field from the first
    that has it; identifiers are united; the date is the most precise, of equals the earliest.

    :param found: the records with their hashes
    :param ambiguous: whether another paper has the same title, so that the title alone does not name this one
    """

    def rank(item: tuple[str, Paper]) -> tuple[object, ...]:
        key, paper = item
        filled = sum(map(bool, (paper.authors, paper.issued, paper.venue, paper.url)))
        return (not paper.abstract.strip(), -len(paper.identifiers), -filled, -len(paper.abstract), key)

    ordered = [paper for _, paper in sorted(found, key=rank)]
    best = ordered[0]
    identifiers = tuple(sorted({i for paper in ordered for i in paper.identifiers}))
    dates = sorted({p.issued for p in ordered if p.issued}, key=lambda d: (-len(d), d))
    whole = replace(
        best,
        origin=Origin("", "", 0),
        identifiers=identifiers,
        authors=next((p.authors for p in ordered if p.authors), ()),
        issued=dates[0] if dates else None,
        venue=next((p.venue for p in ordered if p.venue), None),
        url=next((p.url for p in ordered if p.url), None),
    )
    short = len(normal_title(whole.title).split()) < TITLE_WORDS
    alone = ambiguous or (short and not whole.abstract.strip())
    tell = min(key for key, _ in found) if alone else _digest(whole.abstract) if short else ""
    return paper_iri(identifiers, whole.title, tell), whole


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
