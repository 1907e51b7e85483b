"""The pipeline put together, run over papers, and its version."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from kg.errors import KGError
from kg.iri import concept_iri
from kg.model import Extraction, Paper

if TYPE_CHECKING:
    from spacy.language import Language

__all__ = ["COMPONENTS", "DEFAULT_PROFILE", "ENCODED", "PROFILES", "extract", "load", "record", "version"]

#: Components of each profile, in order.
PROFILES: dict[str, tuple[str, ...]] = {
    "vocabulary": ("kg_sentences", "kg_abbreviations", "kg_vocabulary", "kg_names", "kg_entities", "kg_spans"),
    "fast": ("kg_sentences", "kg_abbreviations", "kg_vocabulary", "kg_tagger", "kg_entities", "kg_spans"),
    "accurate": ("kg_sentences", "kg_abbreviations", "kg_vocabulary", "kg_tagger", "kg_entities", "kg_spans"),
}
#: Profiles whose parts have learned with the vectors of the encoder that ships.
ENCODED = frozenset({"accurate"})
DEFAULT_PROFILE = "fast"

#: Components of the default profile.
COMPONENTS = PROFILES[DEFAULT_PROFILE]

# Raised when the same text would be read in another way by changed code.
EXTRACTOR_VERSION = "5"


def load(
    profile: str = DEFAULT_PROFILE, vocabulary: Sequence[str] = (), *, builtin: bool = True, model: str = ""
) -> Language:
    """The pipeline as a spaCy ``Language``; each of its components can be taken out or used in another one.

    :param profile: ``vocabulary`` (rules alone), ``fast`` (a learned recogniser) or ``accurate`` (that, types and roles
        told also by an encoder)
    :param vocabulary: SKOS files beside the built-in vocabulary
    :param builtin: whether the built-in vocabulary is used
    :param model: a folder of trained parts in place of the profile's own; where it holds networks of roles and
        statements, these too
    :raises KGError: if there is no such profile
    """
    import spacy

    from kg.extract import abbreviations, entities, linker, names, sentences, tables, tagger  # noqa: F401  registers them
    from kg.extract.tokenizer import make_tokenizer

    if profile not in PROFILES:
        raise KGError(f"no profile “{profile}”", hint=f"one of: {', '.join(PROFILES)}")
    nlp = spacy.blank("en")
    # The limit is for parsers that take memory by the square of a text's length.
    nlp.max_length = sys.maxsize
    nlp.tokenizer = make_tokenizer()(nlp)
    known = {"files": [str(v) for v in vocabulary], "builtin": builtin}
    configs: dict[str, dict[str, Any]] = {"kg_vocabulary": known, "kg_tagger": {**known, "model": model or profile}}
    if profile in ENCODED:
        configs["kg_tagger"]["encoder"] = "encoder"
    # Rules alone are for speed: they give entities and roles, no statements between entities.
    configs["kg_entities"] = {"statements": profile != "vocabulary"}
    if "kg_tagger" in PROFILES[profile] and (tables.parts_folder(model or profile) / "roles.npz").is_file():
        configs["kg_entities"]["networks"] = model or profile
    for name in PROFILES[profile]:
        nlp.add_pipe(name, config=configs.get(name, {}))
    return nlp


def version(vocabulary_version: str, profile: str = DEFAULT_PROFILE) -> str:
    """What an extraction depends on beside its text: the code, the trained parts, the cues, the vocabulary."""
    from kg.extract import cues, relations, roles, tables

    judged = "-".join(tables.digest(folder) for folder in (roles.MODEL.parent, relations.MODEL.parent))
    used = [profile, *(("fast", "encoder") if profile in ENCODED else ())] if "kg_tagger" in PROFILES[profile] else []
    trained = "".join(f"-{tables.digest(tables.parts_folder(name))}" for name in used)
    return f"{profile}-{EXTRACTOR_VERSION}{trained}-{judged}-{cues.digest()}-{vocabulary_version}"


def extract(nlp: Language, papers: Iterable[Paper], *, batch: int = 64) -> Iterator[tuple[Paper, Extraction]]:
    """Each paper with what its text says, in the order given; the answer for a paper depends on that paper alone."""
    from kg.extract.surfaces import register

    register()

    def docs() -> Iterator[tuple[Any, Paper]]:
        for paper in papers:
            # Without a title there is no line to be counted before the abstract.
            text = paper.text if paper.title else paper.abstract
            doc = nlp.make_doc(text)
            doc.user_data["kg_text"] = text
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
                "role_confidence": e.role_confidence,
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
                "asserted": r.asserted,
            }
            for r in extraction.relations
            if r.subject in slugs and r.object in slugs
        ],
    }
