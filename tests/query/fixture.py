"""A graph small enough to know by heart: five papers about sorting pictures, written through the one mapping."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import pyoxigraph

from kg.iri import paper_iri
from kg.model import Author, EntityType, Extraction, Mention, Origin, Paper, PaperEntity, Predicate, Relation, Role
from kg.resolve.decisions import Decision, Decisions
from kg.resolve.entities import Entity
from kg.store.mapping import (
    build_quads,
    decision_quads,
    entity_quads,
    extractor_quads,
    paper_quads,
    provenance_quads,
    vocabulary_quads,
)
from kg.vocabulary import Concept

VERSION = "test-1-0123456789ab-fedcba9876543210"

CONCEPTS = (
    Concept("sorting", "Sorting", "Task", definition="Putting things in order."),
    Concept(
        "picture-sorting", "Picture Sorting", "Task", aliases=("PS",), broader=("sorting",), cues=("picture",),
        not_same_as=("parcel-service",),
    ),
    Concept("parcel-service", "Parcel Service", "Concept", aliases=("PS",), cues=("parcel",), related=("sorting",)),
    Concept(
        "alphanet", "AlphaNet", "Model", hidden=("AlfaNet",), introduced_in=(paper_iri(("arxiv:2101.00001",), ""),),
        exact_match=("http://example.org/alphanet",),
    ),
    Concept(
        "betanet", "BetaNet", "Model", extends=("alphanet",), close_match=("http://example.org/beta",),
        broad_match=("http://example.org/nets",),
    ),
    Concept("gammatune", "GammaTune", "Method"),
    Concept("shuffling", "Shuffling", "Method", part_of=("gammatune",)),
    Concept("toyset", "ToySet", "Dataset"),
    Concept("minibench", "MiniBench", "Dataset"),
    Concept("hit-rate", "Hit Rate", "Metric"),
    Concept("miss-rate", "Miss Rate", "Metric"),
)  # fmt: skip
DECISIONS = Decisions(
    kept=(
        Decision("merge", "alpha-net", "alphanet", note="one thing"),
        Decision("split", "ps", "picture-sorting", None, "surface:PS"),
        Decision("split", "ps", "parcel-service", None, f"paper:{paper_iri((), 'A title of GammaTune alone')}"),
        Decision("reject", "our-approach"),
    ),
    became={"alpha-net": "alphanet", "our-approach": ""},
)
CANDIDATE = Entity("deltanet", "DeltaNet", "Model", known=False, papers=2, mentions=2)

ALPHA = Paper(
    title="AlphaNet: Picture Sorting made simple",
    abstract="We present AlphaNet for picture sorting. AlphaNet has a hit rate of 90 % on ToySet.",
    origin=Origin("a.bib", "bibtex", 1),
    identifiers=("arxiv:2101.00001",),
    authors=(Author("Ada Ahl", "https://orcid.org/0000-0001-2345-6789"), Author("Bo Berg")),
    issued="2021-01-05",
    venue="Journal of Order",
    url="https://example.org/alpha",
)
BETA = Paper(
    title="BetaNet",
    abstract="BetaNet extends AlphaNet with GammaTune. On ToySet and MiniBench, BetaNet outperforms AlphaNet.",
    origin=Origin("a.bib", "bibtex", 2),
    identifiers=("doi:10.1000/beta",),
    authors=(Author("Bo Berg"),),
    issued="2022-06",
    venue="Journal of Order",
)
GAMMA = Paper(
    title="Tuning for Picture Sorting in naïve 机器",
    abstract="Naïve 机器 use GammaTune for picture sorting on MiniBench. GammaTune does not outperform DeltaNet.",
    origin=Origin("b.jsonl", "jsonl", 1),
    issued="2023",
    authors=(Author("Cy Chen"),),
    venue="Tuning Letters",
)
DELTA = Paper(
    title="DeltaNet: a net for Sorting",
    abstract="DeltaNet is compared with BetaNet by hit rate on MiniBench.",
    origin=Origin("b.jsonl", "jsonl", 2),
    identifiers=("acl:2024.tst-main.1",),
    issued="2024-02-10",
    authors=(Author("Ada Ahl"),),
)
BARE = Paper(title="A title of GammaTune alone", abstract="", origin=Origin("b.jsonl", "jsonl", 3))

_TYPES: dict[str, EntityType] = {c.slug: c.type or "Concept" for c in CONCEPTS} | {"deltanet": "Model"}
_NAMES = {c.slug: c.label for c in CONCEPTS} | {"deltanet": "DeltaNet"}


def sentence(paper: Paper, start: int) -> tuple[int, int]:
    """The sentence of an abstract that holds an offset."""
    ends = [i + 1 for i, c in enumerate(paper.abstract) if c == "." and paper.abstract[i : i + 2] in (". ", ".")]
    begin = 0
    for end in ends:
        if start < end:
            return begin, end
        begin = end + 1
    raise AssertionError("no sentence there")


def entity(paper: Paper, slug: str, role: Role, surface: str = "") -> PaperEntity:
    """The entity with all mentions of its name, whatever the case; the first one decided the role."""
    mentions: list[Mention] = []
    wanted = (surface or _NAMES[slug]).lower()
    for field, text in (("title", paper.title), ("abstract", paper.abstract)):
        at = text.lower().find(wanted)
        while at >= 0:
            first, last = (0, len(text)) if field == "title" else sentence(paper, at)
            found = text[at : at + len(wanted)]
            match = "label" if found == _NAMES[slug] else "alias"
            mentions.append(Mention(field, at, at + len(wanted), found, first, last, match, 0.9))  # type: ignore[arg-type]
            at = text.lower().find(wanted, at + 1)
    assert mentions, f"{slug} is not named in {paper.title}"
    known = slug != CANDIDATE.slug
    return PaperEntity(slug, _NAMES[slug], _TYPES[slug], known, role, 0.85, 0.9, 0, tuple(mentions))


def relation(paper: Paper, subject: str, predicate: Predicate, object: str, at: str, negated: bool = False) -> Relation:
    """A relation stated in the sentence that holds a text."""
    start, end = sentence(paper, paper.abstract.index(at))
    return Relation(subject, predicate, object, "abstract", start, end, 0.8, negated)


def extraction(
    paper: Paper, roles: Iterable[tuple[str, Role]], relations: Iterable[Relation] = ()
) -> tuple[Paper, Extraction]:
    """A paper with what was read in it."""
    return paper, Extraction(tuple(entity(paper, slug, role) for slug, role in roles), tuple(relations))


PAPERS = (
    extraction(
        ALPHA,
        [
            ("alphanet", "introduces"),
            ("picture-sorting", "studies"),
            ("hit-rate", "evaluates_on"),
            ("toyset", "evaluates_on"),
        ],
        [relation(ALPHA, "alphanet", "used_for", "picture-sorting", "We present")],
    ),
    extraction(
        BETA,
        [
            ("betanet", "introduces"),
            ("alphanet", "compares_with"),
            ("gammatune", "uses"),
            ("toyset", "evaluates_on"),
            ("minibench", "evaluates_on"),
        ],
        [
            relation(BETA, "betanet", "extends", "alphanet", "extends"),
            relation(BETA, "betanet", "outperforms", "alphanet", "outperforms"),
        ],
    ),
    extraction(
        GAMMA,
        [
            ("gammatune", "uses"),
            ("picture-sorting", "studies"),
            ("minibench", "evaluates_on"),
            ("deltanet", "mentions"),
        ],
        [relation(GAMMA, "gammatune", "outperforms", "deltanet", "not outperform", negated=True)],
    ),
    extraction(
        DELTA,
        [
            ("deltanet", "introduces"),
            ("sorting", "studies"),
            ("betanet", "compares_with"),
            ("hit-rate", "mentions"),
            ("minibench", "evaluates_on"),
        ],
        [
            relation(DELTA, "deltanet", "compared_with", "betanet", "compared"),
            relation(DELTA, "deltanet", "evaluated_on", "minibench", "compared"),
            relation(DELTA, "minibench", "is_a", "toyset", "compared"),
            relation(DELTA, "hit-rate", "part_of", "minibench", "compared"),
        ],
    ),
    extraction(BARE, [("gammatune", "mentions")]),
)


def iri(paper: Paper) -> str:
    """The IRI of a paper of the graph."""
    return paper_iri(paper.identifiers, paper.title)


def lines() -> list[str]:
    """The graph in N-Quads, one statement a line."""
    found = [*vocabulary_quads(CONCEPTS), *extractor_quads(VERSION, "fedcba9876543210"), *entity_quads(CANDIDATE)]
    found += decision_quads(DECISIONS)
    for number, (paper, read) in enumerate(PAPERS, start=1):
        found += paper_quads(iri(paper), paper, read, VERSION)
        found += provenance_quads(iri(paper), [(str(number) * 64, [paper.origin])])
    found += build_quads("20240301T000000Z", "2024-03-01T00:00:00Z", "2024-03-01T00:00:01Z", VERSION, len(PAPERS))
    return found


@cache
def small_store() -> pyoxigraph.Store:
    """The graph in a store; tests only read it."""
    store = pyoxigraph.Store()
    store.load("\n".join(lines()), pyoxigraph.RdfFormat.N_QUADS)
    return store


def resolve(kind: str, name: str) -> str:
    """The IRI of an entity or paper by its label, as the graph's own lookup would find it."""
    if kind == "paper":
        return next(iri(p) for p, _ in PAPERS if name in (p.title, *p.identifiers))
    slug = next(slug for slug, label in _NAMES.items() if label == name)
    return f"https://w3id.org/kg-papers/concept/{slug}"
