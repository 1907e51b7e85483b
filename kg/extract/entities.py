"""The surfaces of a Doc brought together to entities: one a slug, with its role, and the statements between them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict

from spacy.language import Language
from spacy.tokens import Doc, Span

from kg.extract.relations import find_relations
from kg.extract.roles import role_of
from kg.extract.surfaces import Surface, register, text_of, title_end
from kg.model import EntityType, Extraction, Mention, PaperEntity

__all__ = ["kg_entities", "kg_spans"]


@Language.component("kg_entities")
def kg_entities(doc: Doc) -> Doc:
    """Sets ``doc._.kg_extraction`` from ``doc._.kg_surfaces``."""
    register()
    surfaces: list[Surface] = list(doc._.kg_surfaces)
    if not surfaces:
        doc._.kg_extraction = Extraction()
        return doc
    text, border = text_of(doc), title_end(doc)
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
    entities = []
    for slug, members in groups.items():
        own = [surfaces[i] for i in members]
        role, certainty, evidence = role_of(text, border, own, kinds[slug], [sentences[i] for i in members])
        entities.append(
            PaperEntity(
                slug=slug,
                name=own[0].name,
                type=kinds[slug],
                known=own[0].known,
                role=role,
                role_confidence=certainty,
                confidence=max(s.confidence for s in own),
                evidence=evidence,
                mentions=tuple(_mention(text, border, surfaces[i], sentences[i]) for i in members),
            )
        )
    relations = tuple(find_relations(text, border, surfaces, kinds, sentences)) if doc._.kg_language == "en" else ()
    doc._.kg_extraction = Extraction(tuple(entities), relations)
    return doc


def _sentences(doc: Doc) -> tuple[list[int], list[int]]:
    """Starts and ends of the sentences, white space at their ends left out."""
    starts, ends = [], []
    for sentence in doc.sents:
        text = sentence.text
        begin = sentence.start_char + len(text) - len(text.lstrip())
        starts.append(begin)
        ends.append(max(begin, sentence.start_char + len(text.rstrip())))
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
    starts = [token.idx for token in doc]
    spans = []
    for surface in doc._.kg_surfaces:
        first = bisect_right(starts, surface.start) - 1
        last = bisect_left(starts, surface.end)
        spans.append(Span(doc, first, last, label=surface.type or "Concept", kb_id=surface.slug))
    doc.spans["kg"] = spans
    return doc
