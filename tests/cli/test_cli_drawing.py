"""What `kg show` and `kg stats` draw for a person: trees, bars and years, which read well in a file too."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from helpers_cli import Command
from helpers_papers import write_lines

YEARS = [2018, 2018, 2020, 2021, 2021, 2021]


@pytest.fixture
def dated(kg: Command, tmp_path: Path, small: tuple[str, ...]) -> None:
    """A graph of six papers about Lantern, in three years."""
    records = [
        {"title": f"Lantern, part {n}", "published": str(year), "abstract": "We use Lantern with a Bark Transformer."}
        for n, year in enumerate(YEARS)
    ]
    assert kg("build", write_lines(tmp_path / "dated.jsonl", records), *small).code == 0


def lines(text: str) -> list[str]:
    return text.splitlines()


def test_years_are_a_line_of_bars_with_a_place_for_a_year_without_papers(kg: Command, dated: None) -> None:
    shown = kg("show", "Lantern", "--format", "table").out
    assert "  2018 ▆▁▃█ 2021, at most 3 in 2021" in lines(shown)
    assert re.search(r"^by year +2018 ▆▁▃█ 2021", kg("stats", "--format", "table").out, re.MULTILINE)


def test_the_years_that_a_filter_leaves_are_shown(kg: Command, dated: None) -> None:
    assert "  2021 █, at most 3 in 2021" in lines(kg("show", "Lantern", "--since", "2021", "--format", "table").out)


def test_bars_are_as_long_as_what_they_stand_for(kg: Command, dated: None) -> None:
    shown = kg("show", "Lantern", "--format", "table").out
    row = next(line for line in lines(shown) if line.startswith("  Bark Transformer"))
    assert row.split() == ["Bark", "Transformer", "█" * 18, "6"]


def test_what_is_piped_has_no_escapes_and_fits_a_page(kg: Command, dated: None) -> None:
    for command in (["show", "Lantern"], ["stats"]):
        text = kg(*command, "--format", "table").out
        assert "\x1b" not in text
        assert max(map(len, lines(text))) <= 120


def test_output_that_knows_no_unicode_gets_ascii() -> None:
    from kg.cli.draw import bar, sparkline

    assert (sparkline([0, 4, 8], plain=True) + bar(1, 2, 8, plain=True)).isascii()
