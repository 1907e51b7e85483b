"""How much a name looks like a term of the field: frequency, spread over papers, C-value."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import log2

__all__ = ["Term", "TermScore", "rank_terms"]


@dataclass(frozen=True, slots=True)
class Term:
    """A name with how often it stands and in how many papers; ``slug`` parts its words by hyphens."""

    slug: str
    mentions: int
    papers: int


@dataclass(frozen=True, slots=True)
class TermScore:
    """A term with its C-value, and the score that terms are ranked by."""

    slug: str
    c_value: float
    score: float


def rank_terms(terms: Iterable[Term], weights: Mapping[str, float] | None = None) -> list[TermScore]:
    """The terms, the best first: C-value times the logarithm of the number of papers.

    The C-value (Frantzi, Ananiadou, Mima 2000, "Automatic recognition of multi-word terms") is the frequency of a term
    less the mean frequency of the longer terms that hold it, times the logarithm of its length in words; length counts
    one more, so that single words have a value too. A mention counts for the terms inside it as well, as there.

    Cost: linear in the number of terms, quadratic in the length of each.

    :param weights: what the score of a term is multiplied by, such as a semantic relatedness (SemRe-Rank; Zhang, Gao,
        Ciravegna 2018); 1 where none is given

    >>> scored = rank_terms([Term("moss-attention", 4, 2), Term("soft-moss-attention", 3, 1), Term("attention", 1, 1)])
    >>> [(s.slug, round(s.c_value, 2)) for s in scored]
    [('moss-attention', 6.34), ('soft-moss-attention', 6.0), ('attention', 3.0)]
    """
    listed = sorted(terms, key=lambda t: t.slug)
    total = {term.slug: term.mentions for term in listed}
    own = dict(total)
    longer: dict[str, list[str]] = defaultdict(list)
    for term in listed:
        words = term.slug.split("-")
        inside = {
            "-".join(words[i:j]) for i in range(len(words)) for j in range(i + 1, len(words) + 1) if j - i < len(words)
        }
        for slug in inside & own.keys():
            longer[slug].append(term.slug)
            total[slug] += term.mentions
    found = []
    for term in listed:
        holders = longer[term.slug]
        nested = sum(total[slug] for slug in holders) / len(holders) if holders else 0.0
        c_value = log2(1 + len(term.slug.split("-"))) * (total[term.slug] - nested)
        weight = 1.0 if weights is None else weights.get(term.slug, 1.0)
        found.append(TermScore(term.slug, c_value, c_value * log2(1 + term.papers) * weight))
    return sorted(found, key=lambda s: (-s.score, -s.c_value, s.slug))
