"""Recall of other people's annotation: TDMSci (sentences) and SciREX (title and abstract of full papers).

    python -m benchmarks.other_annotations --profile fast tdmsci.jsonl scirex.jsonl.gz

Each line holds ``text`` and ``entities`` with start, end and label; where ``sections`` (start, end) are given, the
first two are read where they are a title and an abstract, else nothing. Precision is not given: neither set annotates
all that this product names.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

# The types that stand for a label of these sets.
LABELS = {
    "TASK": {"Task"}, "DATASET": {"Dataset"}, "METRIC": {"Metric"},
    "Task": {"Task"}, "Material": {"Dataset"}, "Metric": {"Metric"}, "Method": {"Method", "Model"},
}  # fmt: skip
_MARK = "section: Abstract "


def texts(path: Path) -> Iterator[tuple[str, str, int, list[dict[str, Any]]]]:
    """Title, abstract, where the abstract begins in the file's text, and the annotation."""
    with (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="utf-8") as file:
        for row in map(json.loads, file):
            sections = row.get("sections")
            if not sections:
                yield "", row["text"], 0, row["entities"]
                continue
            if len(sections) < 2 or not row["text"].startswith(_MARK, sections[1][0]):
                continue
            (a, b), (c, d) = sections[:2]
            shift = c + len(_MARK)
            held = [e for e in row["entities"] if a <= e["start"] and e["end"] <= d and not b <= e["start"] < shift]
            yield row["text"][a:b].strip(), row["text"][shift:d], shift, held


def measure(path: Path, profile: str, errors: int) -> None:
    """Prints a line a label: exact and overlapping spans, exact ones of an agreeing type, distinct surfaces found."""
    from kg.extract import extract, load
    from kg.model import Origin, Paper

    rows = list(texts(path))
    papers = [
        Paper(title, abstract, Origin(path.name, "other", 1), id=str(n))
        for n, (title, abstract, _, _) in enumerate(rows)
    ]
    counts: Counter[tuple[str, str]] = Counter()
    missed: Counter[tuple[str, str]] = Counter()
    types: Counter[tuple[str, str]] = Counter()
    names: dict[str, dict[str, bool]] = {}
    for (_, _, shift, wanted), (_, found) in zip(rows, extract(load(profile), papers), strict=True):
        spans = {
            (m.start + (shift if m.field == "abstract" else 0), m.end + (shift if m.field == "abstract" else 0)): e.type
            for e in found.entities for m in e.mentions
        }  # fmt: skip
        for entity in wanted:
            label, place = entity["label"], (entity["start"], entity["end"])
            exact = place in spans
            right = exact and spans[place] in LABELS[label]
            over = any(a < place[1] and place[0] < b for a, b in spans)
            for key, held in (("all", True), ("exact", exact), ("typed", right), ("overlap", over)):
                counts[label, key] += held
            if exact and not right:
                types[label, spans[place]] += 1
            if not over:
                missed[label, entity["text"].lower()] += 1
            own = names.setdefault(label, {})
            own[entity["text"].lower()] = own.get(entity["text"].lower(), False) or exact
    print(f"{path.name}, profile {profile}: {len(rows)} texts")
    print(f"{'label':10}{'mentions':>10}{'exact':>8}{'typed':>8}{'overlap':>9}{'names':>8}{'found':>8}")
    for label in sorted(names):
        total = counts[label, "all"]
        shares = [100 * counts[label, key] / total for key in ("exact", "typed", "overlap")]
        own = names[label]
        shares.append(100 * sum(own.values()) / len(own))
        exact, typed, over, found = (f"{share:8.1f}" for share in shares)
        print(f"{label:10}{total:10}{exact}{typed}{over:>9}{len(own):8}{found}")
    for name, counter in (("other type", types), ("missed", missed)):
        print(f"{name}: " + ", ".join(f"{a} {b} ({n})" for (a, b), n in counter.most_common(errors)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--profile", default="fast")
    parser.add_argument("--errors", type=int, default=30)
    given = parser.parse_args()
    for path in given.files:
        measure(path, given.profile, given.errors)


if __name__ == "__main__":
    main()
