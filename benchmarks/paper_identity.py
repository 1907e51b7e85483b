"""Measures which records are found to be one paper, on papers that stand in a file twice: from arXiv and from the ACL
Anthology.

The file holds pairs of lines, each pair one paper. Some papers stand in it in two pairs, once with an arXiv identifier
that went through a floating-point number; equal identifiers join such pairs. Run it as::

    python benchmarks/paper_identity.py [overlap-arxiv-acl.jsonl.gz]
"""

from __future__ import annotations

import argparse
import gzip
import os
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import orjson

from kg.iri import normal_title
from kg.model import Origin, Paper
from kg.records import Records, clean, record_hash
from kg.resolve import identify
from kg.resolve.papers import TITLE_WORDS, YEARS_APART
from kg.sources.records import to_paper

__all__ = ["Figures", "measure", "read_pairs"]


@dataclass(frozen=True, slots=True)
class Figures:
    """Pairs of records of one paper, counted over distinct records.

    :param pairs: pairs that belong together
    :param found: pairs that were brought together
    :param right: pairs found that belong together
    :param by_identifier: of those right, the ones that share an identifier
    :param missed: each pair of lines missed, with what kept it apart
    """

    records: int
    pairs: int
    found: int
    right: int
    by_identifier: int
    lines: int
    lines_right: int
    missed: tuple[tuple[str, Paper, Paper], ...]

    @property
    def precision(self) -> float:
        """Share of the pairs found that are right."""
        return self.right / self.found

    @property
    def recall(self) -> float:
        """Share of the pairs that belong together that were found."""
        return self.right / self.pairs


def read_pairs(path: Path) -> list[tuple[Paper, Paper]]:
    """The pairs of lines of the file, as papers."""
    with gzip.open(path, "rb") as lines:
        read = [to_paper(orjson.loads(line), Origin(path.name, "jsonl", n), print) for n, line in enumerate(lines, 1)]
    papers = [clean(paper) for paper in read if paper is not None]
    return list(zip(papers[::2], papers[1::2], strict=True))


def measure(pairs: Sequence[tuple[Paper, Paper]]) -> Figures:
    """What the resolution makes of the records, against what belongs together."""
    papers = {record_hash(paper): paper for pair in pairs for paper in pair}
    truth = _groups(
        [
            *((record_hash(a), record_hash(b)) for a, b in pairs),
            *((key, i) for key, p in papers.items() for i in p.identifiers),
        ],
        papers,
    )
    with closing(Records(Path(":memory:"))) as records, closing(sqlite3.connect("", isolation_level=None)) as work:
        records.add(papers.values())
        root = identify(records, work).root
        made = {key: root.get(row, row) for row, key, _ in records.all()}
    together = _pairs(truth)
    found = _pairs(made)
    shared = sum(bool({*papers[a].identifiers} & {*papers[b].identifiers}) for a, b in together & found)
    missed = [(a, b) for a, b in pairs if made[record_hash(a)] != made[record_hash(b)]]
    return Figures(
        records=len(papers),
        pairs=len(together),
        found=len(found),
        right=len(together & found),
        by_identifier=shared,
        lines=len(pairs),
        lines_right=len(pairs) - len(missed),
        missed=tuple((_reason(a, b), a, b) for a, b in missed),
    )


def _groups(links: Iterable[tuple[str, str]], members: Iterable[str]) -> dict[str, str]:
    """The name of the group of each member, groups being what the links join."""
    parent: dict[str, str] = {}

    def find(item: str) -> str:
        while parent.get(item, item) != item:
            item = parent[item]
        return item

    for a, b in links:
        parent[find(b)] = find(a)
    return {member: find(member) for member in members}


def _pairs(groups: dict[str, str] | dict[str, int]) -> set[tuple[str, str]]:
    members: dict[Hashable, list[str]] = defaultdict(list)
    for member, name in groups.items():
        members[name].append(member)
    return {pair for group in members.values() for pair in combinations(sorted(group), 2)}


def _reason(a: Paper, b: Paper) -> str:
    if normal_title(a.title) != normal_title(b.title):
        return "another title"
    if len(normal_title(a.title).split()) < TITLE_WORDS:
        return "a short title"
    if a.issued and b.issued and abs(int(a.issued[:4]) - int(b.issued[:4])) > YEARS_APART:
        return "years apart"
    first, second = ([author.name.split()[-1].casefold() for author in paper.authors] for paper in (a, b))
    if first[:1] != second[:1]:
        return (
            "the same authors in another order"
            if set(first) == set(second)
            else "first author another, or written otherwise"
        )
    return "another record of that title speaks against it"


def main() -> None:
    """Prints the figures."""
    beside = Path(os.environ.get("KG_TEST_DATA") or Path(__file__).resolve().parents[2] / "shared")
    parser = argparse.ArgumentParser(description="How well records of one paper are found to be one.")
    parser.add_argument("file", nargs="?", type=Path, default=beside / "corpus" / "overlap-arxiv-acl.jsonl.gz")
    figures = measure(read_pairs(parser.parse_args().file))
    print(f"distinct records                {figures.records}")
    print(f"pairs that belong together      {figures.pairs}")
    print(f"precision                       {figures.precision:.4f} ({figures.right} of {figures.found})")
    print(f"recall                          {figures.recall:.4f} ({figures.right} of {figures.pairs})")
    print(f"of those by a shared identifier {figures.by_identifier}")
    print(f"pairs of lines                  {figures.lines_right} of {figures.lines}")
    for reason, count in Counter(reason for reason, _, _ in figures.missed).most_common():
        print(f"  missed: {reason}: {count}")


if __name__ == "__main__":
    main()
