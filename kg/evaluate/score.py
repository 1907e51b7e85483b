"""The figures of an extraction against annotated papers.

Every figure is micro-averaged over the papers; a paper without prediction counts as one with nothing found. Spans are
right when exact; entities are brought together, one to one in a paper, by the surfaces that they share.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from kg.errors import KGError
from kg.evaluate.gold import GoldEntity, GoldPaper, addresses, gold_spans
from kg.model import ROLES, TYPES

__all__ = ["Figures", "PaperCounts", "Tally", "align", "b_cubed", "count_paper", "figures", "normal", "score"]

#: One line of ``kg extract --format jsonl``.
Record = Mapping[str, Any]


@dataclass(slots=True)
class Tally:
    """True positives, predicted and gold of one figure."""

    hit: int = 0
    predicted: int = 0
    gold: int = 0

    def add(self, hit: int, predicted: int, gold: int) -> None:
        self.hit += hit
        self.predicted += predicted
        self.gold += gold

    @property
    def precision(self) -> float:
        """In percent, as the others."""
        return 100 * self.hit / self.predicted if self.predicted else 0.0

    @property
    def recall(self) -> float:
        return 100 * self.hit / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


@dataclass
class PaperCounts:
    """What one paper adds to the figures."""

    tallies: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    matched: int = 0
    roles_right: int = 0
    keys: list[tuple[str, str]] = field(default_factory=list)
    errors: Counter[tuple[str, str]] = field(default_factory=Counter)
    chances: list[tuple[float, bool]] = field(default_factory=list)


@dataclass(frozen=True)
class Figures:
    """All figures of a set of papers, in percent; ``identity`` is B-cubed precision, recall and F1."""

    papers: int
    tallies: dict[str, Tally]
    role_accuracy: float
    role_macro_f1: float
    identity: tuple[float, float, float]
    errors: Counter[tuple[str, str]]

    def flat(self) -> dict[str, float]:
        """Each headline figure by name, in percent."""
        return {
            **{name: tally.f1 for name, tally in self.tallies.items() if ":" not in name},
            "role_accuracy": self.role_accuracy,
            "role_macro_f1": self.role_macro_f1,
            "identity": self.identity[2],
        }


@lru_cache(maxsize=1 << 16)
def normal(text: str) -> str:
    """Case, accents, hyphens and plain plurals do not tell two surfaces apart.

    >>> normal("Vision-Language Models")
    'vision language model'
    """
    text = unicodedata.normalize("NFKD", text).casefold()
    text = re.sub(r"[\W_]+", " ", text).strip()
    return re.sub(r"(?<=[a-z]{3})s\b", "", text)


def align(gold: Sequence[GoldEntity], predicted: Sequence[Record]) -> list[tuple[GoldEntity, Record]]:
    """The entities of one paper, one to one: those first that share the most surfaces."""
    golds = [{normal(s) for s in e.surfaces} | {normal(e.name)} for e in gold]
    others = [{normal(m["text"]) for m in e["mentions"]} | {normal(e["name"])} for e in predicted]
    pairs = sorted(
        ((len(g & p), -i, -j) for i, g in enumerate(golds) for j, p in enumerate(others) if g & p), reverse=True
    )
    used: set[tuple[str, int]] = set()
    match = []
    for _, i, j in pairs:
        if ("gold", i) not in used and ("predicted", j) not in used:
            used |= {("gold", i), ("predicted", j)}
            match.append((gold[-i], predicted[-j]))
    return match


def b_cubed(keys: Sequence[tuple[str, str]]) -> tuple[float, float, float]:
    """B-cubed precision, recall and F1, in percent, of (gold key, predicted key) pairs (Bagga and Baldwin 1998).

    >>> b_cubed([("a", "x"), ("a", "x"), ("b", "y")])
    (100.0, 100.0, 100.0)
    """
    if not keys:
        return 0.0, 0.0, 0.0
    by_gold, by_predicted, both = Counter(g for g, _ in keys), Counter(p for _, p in keys), Counter(keys)
    precision = sum(n * n / by_predicted[k[1]] for k, n in both.items()) / len(keys)
    recall = sum(n * n / by_gold[k[0]] for k, n in both.items()) / len(keys)
    return 100 * precision, 100 * recall, 200 * precision * recall / (precision + recall)


def count_paper(gold: GoldPaper, predicted: Record | None) -> PaperCounts:
    """What a paper adds.

    :raises KGError: if a predicted span is outside the text
    """
    made = PaperCounts()
    entities: Sequence[Record] = predicted["entities"] if predicted else ()
    _count_spans(gold, entities, made)
    pairs = align(gold.entities, entities)
    made.matched = len(pairs)
    tallies = made.tallies
    tallies["entity"].add(len(pairs), len(entities), len(gold.entities))
    tallies["entity_typed"].add(sum(a.type == b["type"] for a, b in pairs), len(entities), len(gold.entities))
    tallies["introduces"].add(
        sum(a.role == b["role"] == "introduces" for a, b in pairs),
        sum(e["role"] == "introduces" for e in entities),
        sum(e.role == "introduces" for e in gold.entities),
    )
    for role in ROLES:
        tallies[f"role:{role}"].add(
            sum(a.role == b["role"] == role for a, b in pairs),
            sum(b["role"] == role for _, b in pairs),
            sum(a.role == role for a, _ in pairs),
        )
    made.roles_right = sum(a.role == b["role"] for a, b in pairs)
    made.keys = [(normal(a.name), b["concept"]) for a, b in pairs]
    _count_relations(gold, predicted, {b["concept"]: normal(a.name) for a, b in pairs}, made)
    return made


def _count_spans(gold: GoldPaper, entities: Sequence[Record], made: PaperCounts) -> None:
    text = gold.text
    wanted = {(a, b): e.type for a, b, e in gold_spans(text, gold.entities)}
    blocked = addresses(text)
    found: dict[tuple[int, int], str] = {}
    for entity in entities:
        for mention in entity["mentions"]:
            start, end = mention["start"], mention["end"]
            if not 0 <= start < end <= len(text):
                raise KGError(f"span {start}-{end} is outside the text", where=gold.id)
            if start not in blocked:
                found[start, end] = entity["type"]
                made.chances.append((mention.get("confidence", 1.0), (start, end) in wanted))
    tallies = made.tallies
    tallies["mention"].add(len(wanted.keys() & found.keys()), len(found), len(wanted))
    tallies["mention_typed"].add(sum(found.get(k) == t for k, t in wanted.items()), len(found), len(wanted))
    over = sum(any(a < d and c < b for c, d in wanted) for a, b in found)
    tallies["mention_overlap"].add(over, len(found), len(wanted))
    for kind in TYPES:
        tallies[f"type:{kind}"].add(
            sum(t == kind == found.get(k) for k, t in wanted.items()),
            sum(t == kind for t in found.values()),
            sum(t == kind for t in wanted.values()),
        )
    made.errors.update(("missed", normal(text[slice(*k)])) for k in wanted.keys() - found.keys())
    made.errors.update(("spurious", normal(text[slice(*k)])) for k in found.keys() - wanted.keys())


def _count_relations(gold: GoldPaper, predicted: Record | None, name: Mapping[str, str], made: PaperCounts) -> None:
    want = {(normal(s), p, normal(o)) for s, p, o in gold.relations}
    rows: Sequence[Record] = predicted.get("relations", ()) if predicted else ()
    got = {(name.get(r["subject"], r["subject"]), r["predicate"], name.get(r["object"], r["object"])) for r in rows}
    made.tallies["relation"].add(len(want & got), len(got), len(want))
    pairs, found = {(s, o) for s, _, o in want}, {(s, o) for s, _, o in got}
    made.tallies["relation_pair"].add(len(pairs & found), len(found), len(pairs))


def figures(counts: Sequence[PaperCounts]) -> Figures:
    """The figures of the papers together."""
    tallies: dict[str, Tally] = defaultdict(Tally)
    errors: Counter[tuple[str, str]] = Counter()
    keys: list[tuple[str, str]] = []
    matched = right = 0
    for one in counts:
        for name, tally in one.tallies.items():
            tallies[name].add(tally.hit, tally.predicted, tally.gold)
        errors.update(one.errors)
        keys += one.keys
        matched += one.matched
        right += one.roles_right
    # Of rounded figures, as the published scorer has it.
    macro = sum(round(tallies[f"role:{role}"].f1, 2) for role in ROLES) / len(ROLES)
    accuracy = 100 * right / matched if matched else 0.0
    return Figures(len(counts), dict(tallies), accuracy, macro, b_cubed(keys), errors)


def score(gold: Sequence[GoldPaper], predicted: Mapping[str, Record]) -> Figures:
    """The figures of predictions, by paper id."""
    return figures([count_paper(paper, predicted.get(paper.id)) for paper in gold])
