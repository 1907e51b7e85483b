"""Predictions for annotated papers, of a profile as it is or on gold mentions, and their figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kg.evaluate.calibration import calibration_error
from kg.evaluate.gold import GoldPaper, gold_spans
from kg.evaluate.intervals import intervals
from kg.evaluate.score import Figures, count_paper, figures

if TYPE_CHECKING:
    from spacy.language import Language

__all__ = ["Evaluation", "Records", "evaluate", "predict", "predict_on_gold"]

#: Records of ``kg extract`` by paper id.
Records = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Evaluation:
    """The figures of one gold file, with their intervals and the calibration error of mention confidences."""

    name: str
    figures: Figures
    intervals: dict[str, tuple[float, float]]
    calibration: float


def evaluate(gold: Sequence[GoldPaper], predicted: Mapping[str, Any], *, samples: int = 200) -> list[Evaluation]:
    """The figures of each gold file among the papers.

    :param predicted: records of ``kg extract`` by paper id
    :param samples: bootstrap samples; 0 for no intervals
    """
    made = []
    for name in sorted({paper.file for paper in gold}):
        counts = [count_paper(paper, predicted.get(paper.id)) for paper in gold if paper.file == name]
        chances = [chance for one in counts for chance in one.chances]
        bounds = intervals(counts, samples=samples) if samples else {}
        made.append(Evaluation(name, figures(counts), bounds, calibration_error(chances)))
    return made


def predict(nlp: Language, papers: Iterable[GoldPaper], min_confidence: float = 0.0) -> Records:
    """What a pipeline prints for the papers, by id."""
    from kg.extract import extract, record

    found = extract(nlp, (paper.paper for paper in papers))
    return {paper.id: record(paper, extraction, min_confidence) for paper, extraction in found}


def predict_on_gold(nlp: Language, papers: Iterable[GoldPaper]) -> Records:
    """The same on the annotated spans: what is scored is linking, typing and roles alone.

    :raises ValueError: if the pipeline has no learned recogniser
    """
    from kg.extract import record
    from kg.extract.hints import hints
    from kg.extract.reading import read
    from kg.extract.tagger import Tagger

    tagger = dict(nlp.pipeline).get("kg_tagger")
    if not isinstance(tagger, Tagger):
        raise ValueError("gold mentions can be linked by a profile with a learned recogniser only")
    made: Records = {}
    for gold in papers:
        doc = nlp.make_doc(gold.text)
        doc._.kg_title_end = len(gold.title)
        spans = [(a, b, 1.0) for a, b, _ in sorted(gold_spans(gold.text, gold.entities), key=lambda s: s[:2])]
        for name, pipe in nlp.pipeline:
            if name == "kg_tagger":
                reading = read(doc) if tagger.encoder is None else read(doc).encoded(tagger.encoder)
                doc._.kg_vectors = reading.vectors
                doc._.kg_surfaces = tuple(tagger.linked(reading, spans))
                doc._.kg_hints = hints(reading, tagger.parts.lexicons, doc._.kg_surfaces, sure=False)
            else:
                doc = pipe(doc)
        made[gold.id] = record(gold.paper, doc._.kg_extraction)
    return made
