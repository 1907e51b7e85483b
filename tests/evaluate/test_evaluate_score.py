"""The figures are those of the scorer that everybody uses."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from kg.errors import SourceError
from kg.evaluate import (
    b_cubed,
    calibration_error,
    evaluate,
    gold_spans,
    intervals,
    predict,
    read_folds,
    read_gold,
    score,
)
from kg.evaluate.gold import GoldEntity, GoldPaper
from kg.evaluate.score import count_paper
from kg.extract import load


def entity(name: str, *surfaces: str, role: str = "uses") -> GoldEntity:
    return GoldEntity(name, "Method", role, surfaces or (name,))  # type: ignore[arg-type]


def predicted(name: str, *places: tuple[int, int, str], role: str = "uses", concept: str = "") -> dict[str, object]:
    mentions = [{"start": a, "end": b, "text": text, "confidence": 0.9} for a, b, text in places]
    return {"concept": concept or name.lower(), "name": name, "type": "Method", "role": role, "mentions": mentions}


@pytest.fixture(scope="module")
def some(shared: Path) -> tuple[list[GoldPaper], dict[str, dict[str, object]]]:
    papers = [*read_gold(shared / "gold" / "dev.jsonl")[:60], *read_gold(shared / "gold" / "dev-venues.jsonl")[:30]]
    return papers, predict(load("vocabulary"), papers)


def test_every_figure_is_the_one_that_the_script_prints(some, shared: Path, tmp_path: Path) -> None:
    papers, found = some
    ids = {paper.id for paper in papers}
    lines = [
        line
        for name in ("dev.jsonl", "dev-venues.jsonl")
        for line in (shared / "gold" / name).read_text(encoding="utf-8").splitlines()
        if json.loads(line)["id"] in ids
    ]
    (tmp_path / "gold.jsonl").write_text("\n".join(lines), encoding="utf-8")
    (tmp_path / "found.jsonl").write_text("\n".join(map(json.dumps, found.values())), encoding="utf-8")
    script = [sys.executable, shared / "eval" / "score.py", tmp_path / "gold.jsonl", tmp_path / "found.jsonl", "--json"]
    expected = json.loads(subprocess.run(script, capture_output=True, check=True, text=True).stdout)

    ours = score(papers, found)

    for name, row in expected.items():
        if isinstance(row, dict) and "gold" in row:
            tally = ours.tallies[name]
            assert (round(tally.precision, 2), round(tally.recall, 2), round(tally.f1, 2)) == (
                row["precision"], row["recall"], row["f1"]
            ), name  # fmt: skip
            assert (tally.predicted, tally.gold) == (row["predicted"], row["gold"]), name
    for kind, prefix in (("types", "type"), ("roles", "role")):
        for name, row in expected[kind].items():
            assert round(ours.tallies[f"{prefix}:{name}"].f1, 2) == row["f1"]
    identity = expected["identity"]
    assert tuple(round(v, 2) for v in ours.identity) == (identity["precision"], identity["recall"], identity["f1"])
    assert round(ours.role_accuracy, 2) == expected["role_accuracy"]
    assert round(ours.role_macro_f1, 2) == expected["role_macro_f1"]


def test_a_paper_without_prediction_counts_as_one_with_nothing_found() -> None:
    paper = GoldPaper("a", "Moss Attention", "", (entity("Moss Attention"),), ())
    found = score([paper], {}).tallies["mention"]
    assert (found.hit, found.predicted, found.gold) == (0, 0, 1)


def test_a_gold_name_inside_a_longer_one_or_a_web_address_is_no_mention() -> None:
    text = "Moss Attention and Attention at https://moss.example/Attention"
    spans = gold_spans(text, [entity("Attention"), entity("Moss Attention")])
    assert sorted((a, b) for a, b, _ in spans) == [(0, 14), (19, 28)]


def test_an_entity_of_another_name_is_matched_by_its_surface() -> None:
    paper = GoldPaper("a", "LoRA", "", (entity("Low-Rank Adaptation", "LoRA", role="introduces"),), ())
    record = {"entities": [predicted("LoRA", (0, 4, "LoRA"), role="introduces")], "relations": []}
    assert score([paper], {"a": record}).flat()["introduces"] == 100


def test_names_that_share_a_concept_lower_identity_precision() -> None:
    assert b_cubed([("a", "x"), ("b", "x")])[:2] == (50.0, 100.0)


def test_confidence_that_is_the_share_right_has_no_calibration_error() -> None:
    assert calibration_error([(0.75, True), (0.75, True), (0.75, True), (0.75, False)], bins=1) == 0


def test_an_interval_holds_the_figure_itself_and_is_the_same_each_time(some) -> None:
    papers, found = some
    counts = [count_paper(paper, found.get(paper.id)) for paper in papers]
    low, high = intervals(counts, samples=50)["mention"]
    assert low <= score(papers, found).tallies["mention"].f1 <= high
    assert intervals(counts, samples=50)["mention"] == (low, high)


def test_each_gold_file_has_its_own_figures(some) -> None:
    papers, found = some
    assert [(e.name, e.figures.papers) for e in evaluate(papers, found, samples=0)] == [
        ("dev-venues.jsonl", 30), ("dev.jsonl", 60)
    ]  # fmt: skip


def test_a_line_that_is_no_annotated_paper_is_told_with_its_number(tmp_path: Path) -> None:
    file = tmp_path / "gold.jsonl"
    file.write_text('{"id": "a", "title": "T", "abstract": "A", "entities": []}\n{"id": "b"}\n', encoding="utf-8")
    with pytest.raises(SourceError, match=r"gold\.jsonl:2: not an annotated paper"):
        read_gold(file)


def test_a_fold_file_gives_each_paper_its_fold(tmp_path: Path) -> None:
    file = tmp_path / "folds.json"
    file.write_text('{"0": ["a"], "1": ["b", "c"]}', encoding="utf-8")
    assert read_folds(file) == {"a": 0, "b": 1, "c": 1}
