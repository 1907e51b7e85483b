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
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from kg.iri import normal_title, paper_iri
from kg.model import Origin, Paper
from kg.records import Records

__all__ = ["Conflict", "Identities", "compatible", "identify", "merge"]

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
    work.executemany("INSERT INTO key VALUES (?, ?)", _keys(records))
    work.execute("COMMIT")
    work.execute("CREATE INDEX key_name ON key (name, record)")
    union = _Union()
    for kind in ("id", "same"):
        for _, group in _groups(work, kind):
            union.join(group)
    whole: dict[int, list[int]] = defaultdict(list)
    for row in union.parent:
        whole[union.find(row)].append(row)
    conflicts: list[Conflict] = []
    ambiguous: set[int] = set()
    for _, group in _groups(work, "title"):
        parts: dict[int, list[int]] = defaultdict(list)
        for row in group:
            parts[union.find(row)].append(row)
        if len(parts) < 2:
            continue
        # All records of a paper have a say, those of another title too.
        members = {root: [p for _, p in records.get(whole.get(root, rows))] for root, rows in parts.items()}
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
                found = records.get(rows)
                conflicts.append(Conflict(found[0][1].title, tuple(key for key, _ in found)))
    work.execute("DROP TABLE key")
    root = {row: union.find(row) for row in union.parent}
    return Identities(root, tuple(sorted(conflicts, key=lambda c: c.records)), frozenset(ambiguous))


def _keys(records: Records) -> Iterator[tuple[str, int]]:
    for row, _, paper in records.all():
        title = normal_title(paper.title)
        for identifier in paper.identifiers:
            yield f"id {identifier}", row
        if paper.abstract.strip():
            yield f"same {_digest(title + ' | ' + ' '.join(paper.abstract.split()).casefold())}", row
        if len(title.split()) >= TITLE_WORDS:
            yield f"title {_digest(title)}", row


def _groups(work: sqlite3.Connection, kind: str) -> Iterator[tuple[str, list[int]]]:
    shared = work.execute(
        "SELECT name, group_concat(record) FROM key WHERE name GLOB ? GROUP BY name HAVING count(*) > 1 ORDER BY name",
        (f"{kind} *",),
    )
    for name, rows in shared:
        yield name, [int(r) for r in rows.split(",")]


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
