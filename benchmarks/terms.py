"""Candidate terms ranked by frequency, by C-value, and by both with semantic relatedness (SemRe-Rank).

Candidates are runs of one to four words of the annotated abstracts, in two abstracts or more; right is what the
annotators marked. Half of the right ones are the known terms that relatedness starts from; the other half is found or
not.
"""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from itertools import combinations
from math import log2
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse as sp

from kg import analyze

_STOP = frozenset(
    re.findall(
        r"\w+",
        """
        a an the of in on at to for from by with and or nor but as is are was were be been being it its this that
        these those we our ours they their them which who whose what when where while how why not no than then thus
        hence also can could may might must shall should will would do does did done has have had having such more
        most less least very much many few some any all both each every other others another into onto over under
        between among across through during before after above below up down out off about against via per if because
        since so only just even i e g ii iii et al however moreover furthermore further yet still there here s t
        """,
    )
)


def run(*, smoke: bool = False) -> None:
    """Prints a table."""
    for name in ("dev.jsonl", "dev-venues.jsonl"):
        papers = _papers(name)[: 60 if smoke else None]
        _rank(name, papers)


def _papers(name: str) -> list[dict[str, Any]]:
    root = Path(os.environ.get("KG_TEST_DATA") or Path(__file__).resolve().parents[2] / "shared")
    path = root / "gold" / name
    if not path.exists():
        raise SystemExit(f"{path}: not there; set KG_TEST_DATA to the folder of the shared test data")
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _rank(name: str, papers: list[dict[str, Any]]) -> None:
    sentences = [_words(s) for p in papers for s in re.split(r"(?<=[.!?;:])\s+", f"{p['title']}. {p['abstract']}")]
    right = {" ".join(_words(s)) for p in papers for e in p["entities"] for s in e["surfaces"]}
    frequency: Counter[str] = Counter()
    for words in sentences:
        for size in range(1, 5):
            for i in range(len(words) - size + 1):
                run_ = words[i : i + size]
                if run_[0] not in _STOP and run_[-1] not in _STOP and not any(w.isdigit() for w in run_):
                    frequency[" ".join(run_)] += 1
    terms = sorted(t for t, n in frequency.items() if n >= 2)
    counts = np.array([frequency[t] for t in terms], dtype=float)
    value = _c_value(terms, counts)
    known = {t for i, t in enumerate(t for t in terms if t in right) if i % 2 == 0}

    vocabulary = sorted({w for t in terms for w in t.split()} - _STOP)
    at = {w: i for i, w in enumerate(vocabulary)}
    row = [(at[a], at[b]) for s in sentences for a, b in combinations(sorted({w for w in s if w in at}), 2)]
    one, other = np.array(row).T
    half = sp.csr_array((np.ones(len(row)), (one, other)), shape=(len(at), len(at)))
    spread = Counter(w for s in sentences for w in set(s) if w in at)
    related = analyze.relatedness(
        sp.csr_array(half + half.T), np.array([spread[w] for w in vocabulary]), len(sentences)
    )
    words = [[at[w] for w in t.split() if w in at] for t in terms]
    seeds = sorted({at[w] for t in known for w in t.split() if w in at})

    judged = np.array([t not in known for t in terms])
    hit = np.array([t in right for t in terms])[judged]
    print(f"\n{name}: {len(terms):,} candidates, {len(known):,} known, {int(hit.sum()):,} to find.\n")
    print("| ranked by | average precision | right of the first 100 | of 500 | of 1,000 |\n|---|---|---|---|---|")
    rows = {"frequency": counts, "C-value": value}
    for label, scores in list(rows.items()):
        rows[f"{label}, related, no seeds"] = analyze.semantic_rank(words, scores, related)
        rows[f"{label}, related"] = analyze.semantic_rank(words, scores, related, seeds)
    for label, scores in rows.items():
        found = analyze.ranking(scores[judged], hit, (100, 500, 1000))
        print(f"| {label} | {found.average_precision:.3f} | {' | '.join(f'{h:.0f}' for h in found.hits)} |", flush=True)


def _words(text: str) -> list[str]:
    return [w.casefold() for w in re.findall(r"[^\W_]+(?:[-'][^\W_]+)*", text)]


def _c_value(terms: list[str], counts: Any) -> Any:
    """Frantzi, Ananiadou, Mima 2000; length counts one more, so that single words have a value."""
    at = {t: i for i, t in enumerate(terms)}
    inside: dict[int, list[int]] = {}
    for term, i in at.items():
        words = term.split()
        for size in range(1, len(words)):
            for k in range(len(words) - size + 1):
                j = at.get(" ".join(words[k : k + size]))
                if j is not None:
                    inside.setdefault(j, []).append(i)
    nested = np.array([counts[inside[i]].mean() if i in inside else 0.0 for i in range(len(terms))])
    length = np.array([log2(1 + len(t.split())) for t in terms])
    return np.maximum(length * (counts - nested), 0)
