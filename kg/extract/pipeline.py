"""The pipeline put together, run over papers, and its version."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from kg.iri import concept_iri
from kg.model import Extraction, Paper

if TYPE_CHECKING:
    from spacy.language import Language

__all__ = ["COMPONENTS", "extract", "load", "record", "version"]

COMPONENTS = ("kg_sentences", "kg_abbreviations", "kg_vocabulary", "kg_names", "kg_entities", "kg_spans")

# Raised when the same text would be read in another way by changed code.
EXTRACTOR_VERSION = "1"


def load(vocabulary: Sequence[str] = (), *, builtin: bool = True) -> Language:
    """The pipeline as a spaCy ``Language``; each of :data:`COMPONENTS` can be taken out or used in another one.

    :param vocabulary: SKOS files beside the built-in vocabulary
    :param builtin: whether the built-in vocabulary is used
    """
    import spacy

    from kg.extract import abbreviations, entities, linker, names, sentences  # noqa: F401  registers the components
    from kg.extract.tokenizer import make_tokenizer

    nlp = spacy.blank("en")
    nlp.tokenizer = make_tokenizer()(nlp)
    for name in COMPONENTS:
        config = {"files": [str(v) for v in vocabulary], "builtin": builtin} if name == "kg_vocabulary" else {}
        nlp.add_pipe(name, config=config)
    return nlp


def version(vocabulary_version: str) -> str:
    """What an extraction depends on beside its text: the code, the cues, the vocabulary."""
    from kg.extract import cues

    return f"vocabulary-{EXTRACTOR_VERSION}-{cues.digest()}-{vocabulary_version}"


def extract(nlp: Language, papers: Iterable[Paper], *, batch: int = 64) -> Iterator[tuple[Paper, Extraction]]:
    """Each paper with what its text says, in the order given; the answer for a paper depends on that paper alone."""
    from kg.extract.surfaces import register

    register()

    def docs() -> Iterator[tuple[Any, Paper]]:
        for paper in papers:
            doc = nlp.make_doc(paper.text)
            doc._.kg_title_end = len(paper.title)
            yield doc, paper

    for doc, paper in nlp.pipe(docs(), as_tuples=True, batch_size=batch):
        yield paper, doc._.kg_extraction


def record(paper: Paper, extraction: Extraction, min_confidence: float = 0.0) -> dict[str, Any]:
    """One line of ``kg extract --format jsonl``: offsets count in title, newline, abstract."""
    shift = len(paper.title) + 1
    at = {"title": 0, "abstract": shift}
    kept = [e for e in extraction.entities if e.confidence >= min_confidence]
    slugs = {e.slug for e in kept}
    return {
        "id": paper.id,
        "entities": [
            {
                "concept": concept_iri(e.slug),
                "name": e.name,
                "type": e.type,
                "role": e.role,
                "known": e.known,
                "confidence": e.confidence,
                "mentions": [
                    {
                        "start": m.start + at[m.field],
                        "end": m.end + at[m.field],
                        "text": m.surface,
                        "confidence": m.confidence,
                        "match": m.match,
                    }
                    for m in e.mentions
                    if m.confidence >= min_confidence
                ],
            }
            for e in kept
        ],
        "relations": [
            {
                "subject": concept_iri(r.subject),
                "predicate": r.predicate,
                "object": concept_iri(r.object),
                "start": r.start + at[r.field],
                "end": r.end + at[r.field],
                "confidence": r.confidence,
                "negated": r.negated,
            }
            for r in extraction.relations
            if r.subject in slugs and r.object in slugs
        ],
    }
