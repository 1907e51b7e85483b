"""The surfaces of a Doc brought together to entities: one a slug, with its role, and the statements between them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable
from functools import partial

from spacy.attrs import IDX, SENT_START
from spacy.language import Language
from spacy.tokens import Doc, Span

from kg.extract.bags import Bags, read_bags
from kg.extract.context import read_context
from kg.extract.relations import find_relations
from kg.extract.roles import find_roles
from kg.extract.surfaces import Surface, register, text_of, title_end, tokens_of
from kg.extract.tables import part_file, parts_folder
from kg.extract.thing_vectors import thing_vectors
from kg.model import EntityType, Extraction, Mention, PaperEntity, Relation
from kg.settings import SETTINGS

__all__ = ["kg_entities", "kg_spans"]


@Language.factory("kg_entities", default_config={"networks": "", "statements": True})
def create(nlp: Language, name: str, networks: str, statements: bool) -> Callable[[Doc], Doc]:
    """The component with the networks that serve rules, or with those of a profile or a folder: ``roles.npz`` and
    ``relations.npz``.

    ``statements`` says whether relations between entities are looked for; it costs more than all else here.
    """
    if not networks:
        return partial(kg_entities, statements=statements)
    folder = parts_folder(networks)
    roles, relations = (read_bags(part_file(folder, name)) for name in ("roles", "relations"))
    return partial(kg_entities, roles=roles, relations=relations, statements=statements)


def kg_entities(doc: Doc, roles: Bags | None = None, relations: Bags | None = None, *, statements: bool = True) -> Doc:
    """Sets ``doc._.kg_extraction`` from ``doc._.kg_surfaces``; takes out of these what turns out to name nothing."""
    register()
    text, border = text_of(doc), title_end(doc)
    # A mention stands in the title or in the abstract: what begins in one and ends in the other is none.
    surfaces: list[Surface] = [s for s in doc._.kg_surfaces if not s.start < border < s.end]
    if not surfaces:
        doc._.kg_extraction = Extraction()
        return doc
    starts, ends = _sentences(doc)
    sentences = []
    for surface in surfaces:
        i = bisect_right(starts, surface.start) - 1
        j = max(i, bisect_right(starts, surface.end - 1) - 1)
        sentences.append((starts[i], ends[j]))
    groups: dict[str, list[int]] = defaultdict(list)
    for i, surface in enumerate(surfaces):
        groups[surface.slug].append(i)
    kinds = {slug: _type([surfaces[i] for i in members]) for slug, members in groups.items()}
    spans = list(zip(starts, ends, strict=True))
    context = read_context(text, border, surfaces, kinds, spans)
    # The network that serves rules has not learned with hints.
    hinted = doc._.kg_hints if roles is not None else None
    words = doc._.kg_vectors
    vectors = thing_vectors(words, surfaces, groups, spans) if words is not None and roles is not None else None
    decisions = find_roles(context, text, surfaces, kinds, groups, roles, hinted, vectors)
    groups = {slug: members for slug, members in groups.items() if decisions[slug].nothing < SETTINGS.nothing}
    entities = []
    for slug, members in groups.items():
        own = [surfaces[i] for i in members]
        decision = decisions[slug]
        entities.append(
            PaperEntity(
                slug=slug,
                name=own[0].name,
                type=kinds[slug],
                known=own[0].known,
                role=decision.role,
                role_confidence=decision.confidence,
                confidence=max(s.confidence for s in own),
                evidence=members.index(decision.surface),
                mentions=tuple(_mention(text, border, surfaces[i], sentences[i]) for i in members),
            )
        )
    stated: list[Relation] = []
    if statements and doc._.kg_language == "en":
        chances = {slug: decision.probabilities for slug, decision in decisions.items()}
        stated = find_relations(context, text, border, surfaces, kinds, groups, spans, chances, relations)
    doc._.kg_surfaces = tuple(s for s in surfaces if s.slug in groups)
    doc._.kg_extraction = Extraction(tuple(entities), tuple(stated))
    return doc


def _sentences(doc: Doc) -> tuple[list[int], list[int]]:
    """Starts and ends of the sentences, white space at their ends left out."""
    if not doc.has_annotation("SENT_START"):
        # No component has set sentences: the title is one, all else another.
        border = title_end(doc)
        return ([0, border + 1], [border, len(text_of(doc))]) if border else ([0], [len(text_of(doc))])
    at, whole = doc.to_array([IDX, SENT_START]), text_of(doc)
    firsts = at[at[:, 1] == 1, 0].tolist()
    starts, ends = [], []
    for first, stop in zip(firsts, [*firsts[1:], len(whole)], strict=True):
        text = whole[first:stop]
        begin = first + len(text) - len(text.lstrip())
        starts.append(begin)
        ends.append(max(begin, first + len(text.rstrip())))
    # A sentence that is white space alone must not hide the one before it.
    return starts, ends


def _type(surfaces: list[Surface]) -> EntityType:
    votes = Counter(s.type for s in surfaces if s.type)
    return max(votes, key=lambda t: (votes[t], t)) if votes else "Concept"


def _mention(text: str, border: int, surface: Surface, sentence: tuple[int, int]) -> Mention:
    in_title = surface.start < border
    offset = 0 if in_title or not border else border + 1
    return Mention(
        field="title" if in_title else "abstract",
        start=surface.start - offset,
        end=surface.end - offset,
        surface=text[surface.start : surface.end],
        sentence_start=min(sentence[0], surface.start) - offset,
        sentence_end=max(sentence[1], surface.end) - offset,
        match=surface.match,
        confidence=surface.confidence,
    )


@Language.component("kg_spans")
def kg_spans(doc: Doc) -> Doc:
    """Fills ``doc.spans["kg"]`` for those who work with spaCy: label the type, id the slug; borders on tokens."""
    register()
    # Not Doc.char_span, which walks all tokens for each span.
    _, starts = tokens_of(doc)
    spans = []
    for surface in doc._.kg_surfaces:
        first = bisect_right(starts, surface.start) - 1
        last = bisect_left(starts, surface.end)
        spans.append(Span(doc, first, last, label=surface.type or "Concept", kb_id=surface.slug))
    doc.spans["kg"] = spans
    return doc
