"""``kg eval``."""

from __future__ import annotations

import json

import click

from kg.cli.options import format_option, verbosity_options
from kg.cli.output import emit, is_verbose, note
from kg.errors import KGError

__all__ = ["eval_"]


@click.command("eval", epilog="Example:  kg eval gold.jsonl --errors 20")
@click.argument("gold", nargs=-1, required=True, metavar="GOLD...")
@click.option(
    "--profile", default=None, metavar="NAME", help="The profile that is measured (default: that of `kg extract`)."
)
@click.option("--builtin/--no-builtin", default=True, help="Whether the built-in vocabulary is used.")
@click.option("--predictions", metavar="FILE", help="Score this output of `kg extract` in place of a profile.")
@click.option(
    "--gold-mentions", is_flag=True, help="Link the annotated spans: how good linking, types and roles alone are."
)
@click.option("--cross-validate", is_flag=True, help="Train the profile on the other folds for each fold of papers.")
@click.option(
    "--folds", metavar="FILE", help="The folds: a JSON object of lists of ids by fold. With --cross-validate."
)
@click.option(
    "--unlabelled",
    multiple=True,
    metavar="FILE",
    help="Papers without annotation that the roles also learn from. With --cross-validate; may be repeated.",
)
@click.option("--fold", "only", type=int, multiple=True, metavar="N", help="Only this fold; may be repeated.")
@click.option(
    "--errors",
    type=click.IntRange(min=0),
    default=0,
    metavar="N",
    help="Also list the N most frequent errors of each kind.",
)
@click.option(
    "--samples",
    type=click.IntRange(min=0),
    default=200,
    show_default=True,
    metavar="N",
    help="Bootstrap samples; 0: no intervals.",
)
@click.option(
    "--min-confidence", type=click.FloatRange(0, 1), default=0.0, metavar="0..1", help="Only mentions of at least this."
)
@format_option()
@verbosity_options
def eval_(
    gold: tuple[str, ...], profile: str | None, builtin: bool, predictions: str | None, gold_mentions: bool,
    cross_validate: bool, folds: str | None, unlabelled: tuple[str, ...], only: tuple[int, ...], errors: int,
    samples: int, min_confidence: float, form: str | None,
) -> None:  # fmt: skip
    """Measure recognition against annotated papers.

    \b
    GOLD is JSON Lines: id, title, abstract, entities (name, type, role, surfaces), relations.
    Figures are percentages, each with its 95 % confidence interval over papers.
    The parts that ship have learned from this project's annotated papers: of those, only --cross-validate
    gives figures that hold for others.
    """
    from functools import partial

    from kg import evaluate
    from kg.evaluate.report import error_rows, rows

    if cross_validate and not folds:
        raise KGError("no folds given", where="--cross-validate", hint="add --folds FILE")
    if predictions and (cross_validate or gold_mentions or profile):
        raise KGError("stand for a profile's output already", where="--predictions", hint="give it alone")
    papers = [paper for path in gold for paper in evaluate.read_gold(path)]

    def tell(line: str) -> None:
        if is_verbose():
            note(line)

    if predictions:
        found = _read(predictions)
    else:
        from kg.extract import DEFAULT_PROFILE, load

        predict = (
            evaluate.predict_on_gold if gold_mentions else partial(evaluate.predict, min_confidence=min_confidence)
        )
        if cross_validate:
            from kg.cli.train import unlabelled_readings
            from kg.train.cross import cross_validate as run_folds

            chosen = evaluate.read_folds(str(folds))
            beside = unlabelled_readings(unlabelled, papers, builtin=builtin)
            if (profile or DEFAULT_PROFILE) == "vocabulary":
                raise KGError(
                    "rules have learned nothing", where="--cross-validate", hint="leave it out, or another profile"
                )
            found = run_folds(
                papers, chosen, predict,
                config=profile or DEFAULT_PROFILE, only=only, builtin=builtin, unlabelled=beside, tell=tell,
            )  # fmt: skip
            papers = [paper for paper in papers if not only or chosen[paper.id] in only]
        else:
            found = predict(load(profile or DEFAULT_PROFILE, builtin=builtin), papers)
    results = evaluate.evaluate(papers, found, samples=samples)
    listed = [row for result in results for row in rows(result)]
    if gold_mentions:
        from kg.evaluate.linking import linking_rows
        from kg.vocabulary import load as load_vocabulary

        listed += linking_rows(papers, found, load_vocabulary())
    emit(
        listed,
        form,
        {
            "gold file": lambda r: r.gold_file,
            "figure": lambda r: r.figure,
            "precision": lambda r: _figure(r.precision),
            "recall": lambda r: _figure(r.recall),
            "F1": lambda r: _figure(r.f1),
            "95 %": lambda r: "" if r.low is None else f"{r.low:.1f} to {r.high:.1f}",
            "predicted": lambda r: "" if r.predicted is None else f"{r.predicted:,}",
            "gold": lambda r: "" if r.gold is None else f"{r.gold:,}",
        },
    )
    if errors:
        emit(
            [row for result in results for row in error_rows(result, errors)],
            form,
            {
                "gold file": lambda r: r.gold_file,
                "error": lambda r: r.error,
                "surface": lambda r: r.surface,
                "times": lambda r: r.count,
            },
        )


def _figure(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"


def _read(path: str) -> dict[str, dict[str, object]]:
    try:
        with open(path, encoding="utf-8") as file:
            rows = [json.loads(line) for line in file if line.strip()]
        return {row["id"]: row for row in rows}
    except (ValueError, KeyError, TypeError) as error:
        raise KGError("not the output of `kg extract --format jsonl`", where=path) from error
