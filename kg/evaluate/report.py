"""The figures of an evaluation as rows, for a table or a file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kg.evaluate.run import Evaluation

__all__ = ["ErrorRow", "Row", "error_rows", "rows"]


@dataclass(frozen=True, slots=True)
class Row:
    """One figure, in percent; ``low`` and ``high`` bound its 95 % confidence interval."""

    gold_file: str
    figure: str
    precision: float | None
    recall: float | None
    f1: float
    low: float | None
    high: float | None
    predicted: int | None
    gold: int | None


@dataclass(frozen=True, slots=True)
class ErrorRow:
    """How often a surface was missed or wrongly found."""

    gold_file: str
    error: str
    surface: str
    count: int


def rows(evaluation: Evaluation) -> Iterator[Row]:
    """The headline figures, then those by type and by role."""
    found, name = evaluation.figures, evaluation.name
    by_kind = sorted(found.tallies.items(), key=lambda item: ":" in item[0])
    for figure, tally in by_kind:
        low, high = evaluation.intervals.get(figure, (None, None))
        yield Row(
            name, figure, round(tally.precision, 2), round(tally.recall, 2), round(tally.f1, 2),
            _round(low), _round(high), tally.predicted, tally.gold,
        )  # fmt: skip
    for figure, values in (
        ("identity", found.identity),
        ("role_accuracy", (None, None, found.role_accuracy)),
        ("role_macro_f1", (None, None, found.role_macro_f1)),
    ):
        low, high = evaluation.intervals.get(figure, (None, None))
        precision, recall, value = values
        yield Row(
            name, figure, _round(precision), _round(recall), round(value, 2), _round(low), _round(high), None, None
        )
    yield Row(name, "calibration_error", None, None, round(100 * evaluation.calibration, 2), None, None, None, None)


def error_rows(evaluation: Evaluation, count: int) -> Iterator[ErrorRow]:
    """The surfaces most often missed, then those most often wrongly found."""
    for kind in ("missed", "spurious"):
        ranked = sorted(
            ((surface, n) for (error, surface), n in evaluation.figures.errors.items() if error == kind),
            key=lambda item: (-item[1], item[0]),
        )
        for surface, n in ranked[:count]:
            yield ErrorRow(evaluation.name, kind, surface, n)


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, 2)
