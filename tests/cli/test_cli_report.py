"""``kg report``, ``kg plot``, ``kg analyze themes`` and ``evolution``."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from helpers_cli import Command


@pytest.fixture(autouse=True)
def demo(kg: Command, demo_graph: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KG_GRAPH", str(demo_graph))


@pytest.mark.parametrize(
    ("file", "begins"), [("r.html", "<!DOCTYPE html>"), ("r.md", "# What these 163 papers"), ("r.json", "{\n")]
)
def test_a_report_is_written_as_its_name_ends(kg: Command, tmp_path: Path, file: str, begins: str) -> None:
    ran = kg("report", "-o", file)
    assert ran.code == 0
    assert ran.err.startswith(f"wrote {file} (")
    assert (tmp_path / file).read_text(encoding="utf-8").startswith(begins)


def test_a_report_goes_to_standard_output_with_its_own_title(kg: Command) -> None:
    ran = kg("report", "-o", "-", "--format", "markdown", "--title", "My papers", "--since", "2020")
    assert ran.out.startswith("# My papers\n")
    assert ran.err == ""


def test_without_a_name_it_goes_to_exports(kg: Command, tmp_path: Path) -> None:
    assert kg("report", "--format", "markdown").code == 0
    assert (tmp_path / "exports" / "report.md").exists()
    assert kg("plot", "degree").code == 0
    assert (tmp_path / "exports" / "degree.svg").exists()


def test_filters_that_nothing_passes_are_told(kg: Command) -> None:
    for arguments in (("report",), ("plot", "entities")):
        ran = kg(*arguments, "--since", "2090")
        assert ran.code == 2
        assert ran.message.startswith("nothing passes these filters")


def test_a_plot_refuses_options_that_it_does_not_heed(kg: Command) -> None:
    ran = kg("plot", "degree", "--entity", "BERT")
    assert ran.code == 2
    assert ran.message == "plot: the plot degree has no --entity; see `kg plot --help`"


def test_an_entity_that_is_not_there_is_told_with_near_ones(kg: Command) -> None:
    assert "did you mean" in kg("plot", "trends", "--entity", "BERTT", "-o", "x.svg").message


def test_themes_in_every_format(kg: Command) -> None:
    rows = kg("analyze", "themes").rows
    assert json.loads(kg("analyze", "themes", "--format", "json").out) == rows
    assert len(list(csv.DictReader(io.StringIO(kg("analyze", "themes", "--format", "csv").out)))) == len(rows)
    assert {"motor", "basic"} <= {r["theme"] for r in rows}
    table = kg("analyze", "themes", "--format", "table").out
    assert all(r["name"].split(" · ")[0].split()[0] in table for r in rows)


def test_evolution_in_every_format(kg: Command) -> None:
    ran = kg("analyze", "evolution", "--slices", "2", "--format", "json")
    (found,) = json.loads(ran.out)
    assert len(found["stages"]) == 2
    assert found["flows"]
    rows = list(csv.DictReader(io.StringIO(kg("analyze", "evolution", "--slices", "2", "--format", "csv").out)))
    assert len(rows) == len(found["flows"])
    table = kg("analyze", "evolution", "--slices", "2", "--format", "table").out
    assert f"{found['stages'][0]['papers']:,} papers" in table


def test_cuts_take_the_place_of_equal_slices(kg: Command) -> None:
    (found,) = kg("analyze", "evolution", "--cut", "2021").rows
    assert [s["until"] < "2021" for s in found["stages"]] == [True, False]
