"""What trends say of corpora with planted dates."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from corpora import corpus
from hypothesis import given
from hypothesis import strategies as st

from kg import analyze


def test_a_planted_burst_is_found() -> None:
    rng = np.random.default_rng(2)
    totals = np.full(30, 200)
    rates = np.full(30, 0.02)
    rates[12:16] = 0.1
    found = analyze.bursts(rng.binomial(totals, rates), totals)
    assert [(b.start, b.end) for b in found] == [(12, 15)]
    assert found[0].weight > 10


def test_steady_counts_have_no_burst() -> None:
    totals = np.arange(100, 1100, 100)
    assert analyze.bursts(totals // 20, totals) == []


@given(
    st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), max_size=30),
    st.floats(1.1, 4.0),
    st.floats(0.0, 3.0),
)
def test_the_sequence_of_states_is_the_cheapest(pairs: list[tuple[int, int]], scale: float, gamma: float) -> None:
    counts = np.array([min(p) for p in pairs[:8]], dtype=np.int64)
    totals = np.array([max(p) for p in pairs[:8]], dtype=np.int64)
    found = analyze.bursts(counts, totals, scale=scale, gamma=gamma)
    if not counts.sum() or counts.sum() == totals.sum():
        assert found == []
        return
    base = counts.sum() / totals.sum()
    rates = (base, min(base * scale, 0.9999))
    if rates[1] <= base:
        assert found == []
        return

    def cost(states: tuple[int, ...]) -> float:
        before, total = 0, 0.0
        for state, r, d in zip(states, counts, totals, strict=True):
            total += gamma * np.log(max(len(counts), 2)) * max(state - before, 0)
            total -= r * np.log(rates[state]) + (d - r) * np.log1p(-rates[state])
            before = state
        return total

    n = len(counts)
    mine = tuple(int(any(b.start <= t <= b.end for b in found)) for t in range(n))
    cheapest = min(cost(tuple(i >> t & 1 for t in range(n))) for i in range(2**n))
    assert cost(mine) == pytest.approx(cheapest, abs=1e-6)


def test_growth_sets_the_last_years_against_those_before(tmp_path: Path) -> None:
    papers, dates = [], []
    for year in range(2010, 2020):
        for i in range(20):
            papers.append([["Steady" if i % 2 else "Other"], ["Rising"] if year >= 2017 and i < 8 else ["Other"]])
            dates.append(str(year))
    made = corpus(tmp_path, [*papers, [["Rising"]]], dates=[*dates, None])
    found = analyze.trends(made.index, made.table)
    assert (found.dated, found.undated) == (200, 1)
    rising = found.rows[0]
    assert (rising.label, rising.first, rising.papers, rising.undated) == ("Rising", "2017", 24, 1)
    assert rising.years == ((2017, 8), (2018, 8), (2019, 8))
    assert [(b.first, b.last) for b in rising.bursts] == [(2017, 2019)]
    steady = next(row for row in found.rows if row.label == "Steady")
    assert steady.growth == pytest.approx(1, abs=0.1)
    assert analyze.trends(made.index, made.table, by="first").rows[0].label == "Rising"
    assert analyze.trends(made.index, made.table, by="burst").rows[0].label == "Rising"


def test_papers_without_dates_are_told_and_count_nowhere(tmp_path: Path) -> None:
    made = corpus(tmp_path, [[["A", "B"]]] * 5)
    found = analyze.trends(made.index, made.table)
    assert (found.dated, found.undated, found.rows) == (0, 5, ())
    news = analyze.new(made.index, made.table, "2020")
    assert (news.papers, news.before, news.undated, news.entities) == (0, 0, 5, ())


def test_new_is_what_only_papers_since_the_date_name(tmp_path: Path) -> None:
    papers = [[["A"]], [["B"]], [["A", "B"]], [["New", "A"]], [["New"]], [["Maybe"]], [["Maybe"]]]
    made = corpus(tmp_path, papers, dates=["2018", "2019-03", "2021-06-02", "2021-07", "2021-05", "2021-08", None])
    found = analyze.new(made.index, made.table, "2021-06")
    assert (found.papers, found.before, found.undated) == (3, 3, 1)
    assert [(e.label, e.undated) for e in found.entities] == [("Maybe", 1)]
    assert [(m.one_label, m.other_label, m.first) for m in found.meetings] == [
        ("A", "B", "2021-06-02"),
        ("A", "New", "2021-07"),
    ]
    assert found.meetings[0].evidence[0].sentence == "We see A and B."


def test_a_paper_dated_by_its_year_alone_is_not_called_new_within_it(tmp_path: Path) -> None:
    made = corpus(tmp_path, [[["A"]], [["B"]]], dates=["2021", "2021-09"])
    found = analyze.new(made.index, made.table, "2021-06")
    assert ([e.label for e in found.entities], found.undated, found.before) == (["B"], 1, 0)
    assert [e.label for e in analyze.new(made.index, made.table, "2021").entities] == ["A", "B"]
