"""Training of the roles: annotated papers, read as annotated and as the recogniser reads them -> a network."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from kg.evaluate.gold import gold_spans
from kg.extract.bags import Array, Bags, flatten
from kg.extract.context import Context, read_context
from kg.extract.hints import Hints, hints
from kg.extract.reading import Reading
from kg.extract.role_features import role_features
from kg.extract.surfaces import Surface
from kg.extract.thing_vectors import thing_vectors
from kg.model import ROLES, EntityType, Role
from kg.train.bags import Recipe, Rows, averaged, calibrated, fit_bags
from kg.train.documents import Document

if TYPE_CHECKING:
    from kg.extract.tagger import Tagger

__all__ = ["RECIPE", "Example", "held_out", "normal", "read_examples", "role_rows", "train", "unlabelled_rows"]

#: The last class is that what was found is no thing.
RECIPE = Recipe(classes=len(ROLES) + 1)
# Networks that together tell the roles of things in papers that nobody annotated, and how much these count.
_TEACHERS, _TAUGHT = 3, 0.7


@dataclass(frozen=True)
class Example:
    """One reading of an annotated paper: where things are named, and what the annotation says of them, by slug.

    ``roles`` lacks the things that the annotation does not have; ``annotated`` tells whether the mentions are the
    annotation's or the recogniser's.
    """

    paper: str
    annotated: bool
    text: str
    border: int
    surfaces: tuple[Surface, ...]
    sentences: tuple[tuple[int, int], ...]
    kinds: Mapping[str, EntityType]
    groups: Mapping[str, list[int]]
    roles: Mapping[str, Role]
    relations: frozenset[tuple[str, str, str]]
    hints: Hints
    vectors: Array

    @property
    def context(self) -> Context:
        return read_context(self.text, self.border, self.surfaces, self.kinds, self.sentences)


def normal(text: str) -> str:
    """A surface without case, accents, signs and plain plurals, as the scorer compares them.

    >>> normal("Pre-trained Models")
    'pre trained model'
    """
    text = re.sub(r"[\W_]+", " ", unicodedata.normalize("NFKD", text).casefold()).strip()
    return re.sub(r"(?<=[a-z]{3})s\b", "", text)


def read_examples(papers: Iterable[Document], reader: Callable[[Document], Tagger]) -> list[Example]:
    """Both readings of each paper, in order.

    :param reader: the recogniser for a paper; it should not have been trained on that paper
    """
    return [made for d in papers for tagger in (reader(d),) for made in (_annotated(d, tagger), _recognised(d, tagger))]


def _annotated(document: Document, tagger: Tagger) -> Example:
    paper, reading = document.paper, document.reading
    spans = sorted(gold_spans(paper.text, paper.entities), key=lambda s: s[:2])
    known = [tagger.identity(reading, (a, b)).known for a, b, _ in spans]
    surfaces = tuple(
        Surface(a, b, normal(e.name), e.name, e.type, held, "model", 1.0)
        for (a, b, e), held in zip(spans, known, strict=True)
    )
    kinds = {normal(e.name): e.type for e in paper.entities}
    roles = {normal(e.name): e.role for e in paper.entities}
    relations = frozenset((normal(s), p, normal(o)) for s, p, o in paper.relations)
    own = hints(reading, tagger.parts.lexicons, surfaces, sure=False)
    return _example(document, True, surfaces, kinds, roles, relations, own)


def _recognised(document: Document, tagger: Tagger) -> Example:
    paper, text, border = document.paper, document.reading.text, document.reading.border
    # As kg.extract.entities has it: what begins in the title and ends in the abstract is no mention.
    surfaces = tuple(s for s in tagger.surfaces(document.reading) if not s.start < border < s.end)
    groups = _groups(surfaces)
    found = list(groups)
    golds = [{normal(s) for s in (*e.surfaces, e.name)} for e in paper.entities]
    founds = [
        {normal(text[surfaces[i].start : surfaces[i].end]) for i in own} | {normal(surfaces[own[0]].name)}
        for own in groups.values()
    ]
    # One to one, as the scorer brings them together.
    shared = sorted(
        ((len(g & f), -i, -j) for i, g in enumerate(golds) for j, f in enumerate(founds) if g & f), reverse=True
    )
    slugs: dict[int, str] = {}
    roles: dict[str, Role] = {}
    for _, i, j in shared:
        if -i not in slugs and found[-j] not in roles:
            slugs[-i] = found[-j]
            roles[found[-j]] = paper.entities[-i].role
    kinds = {s.slug: s.type or "Concept" for s in surfaces}
    names = {normal(paper.entities[i].name): slug for i, slug in slugs.items()}
    pairs = ((names.get(normal(s)), p, names.get(normal(o))) for s, p, o in paper.relations)
    relations = frozenset((s, p, o) for s, p, o in pairs if s and o)
    own = hints(document.reading, tagger.parts.lexicons, surfaces)
    return _example(document, False, surfaces, kinds, roles, relations, own)


def _example(
    document: Document, annotated: bool, surfaces: tuple[Surface, ...], kinds: Mapping[str, EntityType],
    roles: Mapping[str, Role], relations: frozenset[tuple[str, str, str]], own: Hints,
) -> Example:  # fmt: skip
    reading = document.reading
    groups, sentences = _groups(surfaces), _sentences(reading)
    vectors = _vectors(reading, surfaces, groups, sentences)
    return Example(
        document.id, annotated, reading.text, reading.border, surfaces, sentences, kinds, groups, roles, relations, own,
        vectors,
    )  # fmt: skip


def _vectors(
    reading: Reading, surfaces: Sequence[Surface], groups: Mapping[str, Sequence[int]],
    sentences: Sequence[tuple[int, int]],
) -> Array:  # fmt: skip
    """A vector a thing; of no numbers where nothing was encoded."""
    if reading.vectors is None or not groups:
        return np.zeros((len(groups), 0), dtype=np.float32)
    return thing_vectors(reading.vectors, surfaces, groups, sentences)


def role_rows(examples: Sequence[Example]) -> tuple[Rows, list[tuple[int, str]]]:
    """The bags of all things of all examples, and which example and slug each belongs to."""
    bags, places = [], []
    for number, example in enumerate(examples):
        told = role_features(
            example.context, example.text, example.surfaces, example.kinds, example.groups, example.hints
        )
        for slug, thing in told.items():
            bags.append(sorted(thing.features))
            places.append((number, slug))
    features, starts, _ = flatten(bags)
    vectors = np.concatenate([example.vectors for example in examples if len(example.vectors)])
    return Rows(features, np.append(starts, len(features)), vectors), places


def unlabelled_rows(readings: Iterable[Reading], tagger: Tagger) -> Rows:
    """The bags of all things that the recogniser finds in papers without annotation."""
    bags = []
    vectors: list[Array] = []
    for reading in readings:
        surfaces = tuple(s for s in tagger.surfaces(reading) if not s.start < reading.border < s.end)
        groups = _groups(surfaces)
        kinds: dict[str, EntityType] = {s.slug: s.type or "Concept" for s in surfaces}
        context = read_context(reading.text, reading.border, surfaces, kinds, _sentences(reading))
        own = hints(reading, tagger.parts.lexicons, surfaces)
        told = role_features(context, reading.text, surfaces, kinds, groups, own)
        bags += [sorted(thing.features) for thing in told.values()]
        vectors.append(_vectors(reading, surfaces, groups, _sentences(reading)))
    features, starts, _ = flatten(bags)
    held = [part for part in vectors if len(part)]
    return Rows(features, np.append(starts, len(features)), np.concatenate(held))


def _sentences(reading: Reading) -> tuple[tuple[int, int], ...]:
    starts = sorted(reading.sentences)
    return tuple(zip(starts, [*starts[1:], len(reading.text)], strict=True))


def _groups(surfaces: Sequence[Surface]) -> dict[str, list[int]]:
    groups: dict[str, list[int]] = defaultdict(list)
    for i, surface in enumerate(surfaces):
        groups[surface.slug].append(i)
    return dict(groups)


def _fit(rows: Rows, labels: Array, seed: int, recipe: Recipe, unlabelled: Rows | None) -> Bags:
    """A network; with unlabelled rows one that also learned what several networks together say of them."""
    wanted, weights = np.eye(recipe.classes)[labels], np.ones(len(labels))
    if unlabelled is None:
        return fit_bags(rows, wanted, weights, recipe, seed)
    teachers = [fit_bags(rows, wanted, weights, recipe, seed + i) for i in range(_TEACHERS)]
    taught = np.sum([unlabelled.probabilities(teacher) for teacher in teachers], axis=0) / _TEACHERS
    return fit_bags(
        rows.joined(unlabelled), np.vstack([wanted, taught]), np.append(weights, np.full(len(unlabelled), _TAUGHT)),
        recipe, seed,
    )  # fmt: skip


def _labels(examples: Sequence[Example], places: Sequence[tuple[int, str]]) -> Array:
    """The class of each thing: a role, or that it is nothing; -1 where the annotation does not tell."""
    return np.array(
        [
            ROLES.index(examples[n].roles[s]) if s in examples[n].roles else -1 if examples[n].annotated else len(ROLES)
            for n, s in places
        ]
    )


def held_out(
    examples: Sequence[Example],
    folds: Mapping[str, int],
    seed: int,
    unlabelled: Rows | None = None,
    recipe: Recipe = RECIPE,
) -> list[dict[str, Array]]:
    """The probabilities of each role, by slug, for each example, from networks that were not trained on its paper.

    :param folds: number of the part that each paper belongs to
    :param unlabelled: what :func:`unlabelled_rows` gave
    """
    rows, places = role_rows(examples)
    labels = _labels(examples, places)
    part = np.array([folds[examples[n].paper] for n, _ in places])
    found: list[dict[str, Array]] = [{} for _ in examples]
    for fold in sorted(set(part.tolist())):
        seen = np.flatnonzero((part != fold) & (labels >= 0))
        model = _fit(rows.take(seen), labels[seen], seed, recipe, unlabelled)
        held = np.flatnonzero(part == fold)
        for i, chances in zip(held.tolist(), rows.take(held).probabilities(model), strict=True):
            number, slug = places[i]
            found[number][slug] = chances
    return found


def train(
    examples: Sequence[Example], seed: int, told: Sequence[Mapping[str, Array]] | None = None,
    unlabelled: Rows | None = None, recipe: Recipe = RECIPE, networks: int = 1,
) -> Bags:  # fmt: skip
    """The network of roles, learned from all examples.

    :param networks: how many networks from other seeds are averaged

    :param told: what :func:`held_out` gave for them; without it probabilities stay as they come
    :param unlabelled: what :func:`unlabelled_rows` gave
    """
    rows, places = role_rows(examples)
    labels = _labels(examples, places)
    known = np.flatnonzero(labels >= 0)
    seen = rows.take(known)
    model = averaged([_fit(seen, labels[known], seed + n, recipe, unlabelled) for n in range(networks)])
    if told is None:
        return model
    # The recogniser's own mentions are what probabilities are given for.
    own = [i for i in known.tolist() if not examples[places[i][0]].annotated]
    chances = np.array([told[places[i][0]][places[i][1]] for i in own])
    return calibrated(model, chances, labels[own].tolist())
