"""Extraction measured against annotated papers: the figures of the scorer, with confidence intervals."""

from kg.evaluate.calibration import calibration_error
from kg.evaluate.gold import GoldEntity, GoldPaper, gold_spans, read_folds, read_gold
from kg.evaluate.intervals import intervals
from kg.evaluate.run import Evaluation, evaluate, predict, predict_on_gold
from kg.evaluate.score import Figures, Tally, b_cubed, score

__all__ = [
    "Evaluation",
    "Figures",
    "GoldEntity",
    "GoldPaper",
    "Tally",
    "b_cubed",
    "calibration_error",
    "evaluate",
    "gold_spans",
    "intervals",
    "predict",
    "predict_on_gold",
    "read_folds",
    "read_gold",
    "score",
]
