"""Which topic of another vocabulary an entry is or is near to: candidates by name and context, to be reviewed."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Literal, cast

from kg.errors import VocabularyError
from kg.iri import CONCEPT, PREFIXES
from kg.vocabulary.concepts import Concept
from kg.vocabulary.forms import fold, units
from kg.vocabulary.near import NearNames
from kg.vocabulary.spelling import singular, spelling_key
from kg.vocabulary.thesaurus import Topic

__all__ = ["Alignment", "Relation", "align", "as_turtle", "read_reviewed"]

Relation = Literal["exactMatch", "closeMatch", "broadMatch"]

# How like two names must be, and what a shared neighbourhood adds at most.
_NEAR, _CONTEXT = 0.8, 0.3


@dataclass(frozen=True, slots=True)
class Alignment:
    """An entry and a topic that it may match; ``score`` from 0 to 1, ``context`` the neighbours that both share."""

    entry: str
    label: str
    relation: Relation
    topic: str
    topic_label: str
    score: float
    context: str


def align(concepts: Iterable[Concept], topics: Sequence[Topic]) -> list[Alignment]:
    """Candidates, the surest first; an entry has one exact match at most and no topic that it matches already.

    - ``exactMatch``: the preferred labels are spellings of one name (0.7).
    - ``closeMatch``: a label of the one is an alias of the other (0.6), or names are much alike (trigrams; likeness
      times 0.6).
    - ``broadMatch``: the topic is called as the entry is, less its first words (0.4).

    The neighbourhood of either side, by name (broader, narrower, related), adds 0.3 times the share that both hold.
    """
    listed = list(concepts)
    by_slug = {c.slug: c for c in listed}
    by_name: dict[str, set[int]] = defaultdict(set)
    by_alias: dict[str, set[int]] = defaultdict(set)
    for number, topic in enumerate(topics):
        by_name[_key(topic.label)].add(number)
        for alias in topic.aliases:
            by_alias[_key(alias)].add(number)
    near = NearNames((topic.label, str(number)) for number, topic in enumerate(topics))
    around = _around(listed, by_slug)
    outside = _outside(topics)
    found: list[Alignment] = []
    for concept in listed:
        done = {*concept.exact_match, *concept.close_match, *concept.broad_match}
        named = by_name.get(_key(concept.label), set())
        scored: dict[int, tuple[float, Relation]] = dict.fromkeys(named, (0.7, "exactMatch"))
        for label in concept.labels:
            for n in by_name.get(_key(label), set()) | by_alias.get(_key(label), set()):
                scored.setdefault(n, (0.6, "closeMatch"))
        if not scored:
            words = [singular(fold(u)) for u, _, _ in units(concept.label)]
            tails = (by_name.get(_key(" ".join(words[cut:])), set()) for cut in range(1, len(words)))
            broader: tuple[float, Relation] = (0.4, "broadMatch")
            scored = dict.fromkeys(next((tail for tail in tails if tail), set()), broader)
        if not scored and len(concept.label) >= 6:
            for key, likeness in near.scores(concept.label).items():
                if likeness >= _NEAR:
                    scored[int(key)] = (0.6 * likeness, "closeMatch")
        best: list[Alignment] = []
        for n, (score, relation) in scored.items():
            topic = topics[n]
            if topic.iri in done:
                continue
            shared = around[concept.slug].keys() & outside[topic.iri].keys()
            size = min(len(around[concept.slug]), len(outside[topic.iri])) or 1
            score += _CONTEXT * len(shared) / size
            names = "; ".join(sorted(around[concept.slug][key] for key in shared)[:5])
            best.append(
                Alignment(
                    concept.slug, concept.label, relation, topic.iri, topic.label, round(min(score, 1.0), 2), names
                )
            )
        best.sort(key=lambda a: (-a.score, a.topic))
        # One exact match an entry: of several the surest, the others are close.
        exact = next((a for a in best if a.relation == "exactMatch"), None)
        for one in best:
            if one.relation == "exactMatch" and one is not exact:
                one = Alignment(one.entry, one.label, "closeMatch", one.topic, one.topic_label, one.score, one.context)
            found.append(one)
    return sorted(found, key=lambda a: (-a.score, a.entry, a.topic))


def _key(name: str) -> str:
    """A spelling key; short names, which have none, by their letters."""
    return spelling_key(name) or " ".join(fold(u) for u, _, _ in units(name))


def _around(concepts: Sequence[Concept], by_slug: Mapping[str, Concept]) -> dict[str, dict[str, str]]:
    """The neighbours of each entry: label by key."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for concept in concepts:
        for slug in (*concept.broader, *concept.related, *concept.extends, *concept.part_of):
            if slug in by_slug:
                other = by_slug[slug]
                found[concept.slug][_key(other.label)] = other.label
                found[slug][_key(concept.label)] = concept.label
    return found


def _outside(topics: Sequence[Topic]) -> dict[str, dict[str, str]]:
    by_iri = {t.iri: t for t in topics}
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for topic in topics:
        for iri in (*topic.broader, *topic.related):
            if iri in by_iri:
                found[topic.iri][_key(by_iri[iri].label)] = by_iri[iri].label
                found[iri][_key(topic.label)] = topic.label
    return found


_COLUMNS = tuple(f.name for f in fields(Alignment))


def read_reviewed(text: str, where: str) -> list[Alignment]:
    """What a reviewer left of the candidates, as ``kg vocab align --format tsv`` printed them; columns by their head.

    :raises VocabularyError: if a line is no candidate
    """
    rows = csv.DictReader(io.StringIO(text), delimiter="\t")
    found = []
    needed = {"entry", "relation", "topic"}
    if not needed <= set(rows.fieldnames or ()):
        raise VocabularyError(
            "has no columns entry, relation and topic", where=where, hint="print it with --format tsv"
        )
    for number, row in enumerate(rows, start=2):
        entry, relation, topic = (str(row.get(k) or "").strip() for k in ("entry", "relation", "topic"))
        if relation not in ("exactMatch", "closeMatch", "broadMatch"):
            raise VocabularyError(
                f"“{relation}” is no match: exactMatch, closeMatch, broadMatch", where=f"{where}:{number}"
            )
        if not entry or ":" not in topic or any(c in topic for c in ' <>"{}|\\^`'):
            raise VocabularyError("has no entry, or no IRI as its topic", where=f"{where}:{number}")
        found.append(
            Alignment(
                entry, row.get("label") or "", cast(Relation, relation), topic, row.get("topic_label") or "", 0.0, ""
            )
        )
    return found


def as_turtle(alignments: Iterable[Alignment], heading: str) -> str:
    """The matches in Turtle, one a line, sorted."""
    lines = sorted(f"<{CONCEPT}{a.entry}> skos:{a.relation} <{a.topic}> ." for a in alignments)
    head = "".join(f"# {line}\n" for line in heading.splitlines())
    return f"@prefix skos: <{PREFIXES['skos']}> .\n\n{head}\n" + "".join(f"{line}\n" for line in lines)
