"""What the thematic map and the thematic evolution say of small corpora with a known answer."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from corpora import Corpus, corpus
from hypothesis import given
from hypothesis import strategies as st

from kg import analyze
from kg.errors import KGError

DATES = st.one_of(
    st.just(0),
    st.integers(1990, 2025).map(lambda y: y * 10000),
    st.tuples(st.integers(2019, 2022), st.integers(1, 12)).map(lambda d: d[0] * 10000 + d[1] * 100),
    st.tuples(st.integers(2019, 2022), st.integers(1, 12), st.integers(1, 28)).map(
        lambda d: d[0] * 10000 + d[1] * 100 + d[2]
    ),
)


def papers(groups: list[list[str]], each: int = 30, size: int = 5, seed: int = 0) -> list[list[list[str]]]:
    rng = np.random.default_rng(seed)
    return [[[str(n) for n in rng.choice(g, size, replace=False)]] for g in groups for _ in range(each)]


def names(stem: str, letters: str = "ABCDEFGHIJKL") -> list[str]:
    return [f"{stem} {letter}" for letter in letters]


def said(found: analyze.Evolution) -> set[tuple[str, int, tuple[str, ...], tuple[str, ...]]]:
    """Events with the first word of each cluster's name, which is its group."""

    def short(labels: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(sorted(label.split()[0] for label in labels))

    return {(e.kind, e.stage, short(e.before_names), short(e.after_names)) for e in found.events}


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    """Three slices. Speech goes on. Vision splits into Video and Images. Law and Code merge into Tools. Games end,
    Music begins; in the third slice all is as in the second but for Music, which ends."""
    video, images = names("Video", "ABCDEFGH"), names("Images", "ABCDEFGH")
    law, code = names("Law", "ABCDEFGH"), names("Code", "ABCDEFGH")
    first = papers([names("Speech"), video + images, law, code, names("Games")], seed=1)
    second = papers([names("Speech"), video, images, law + code, names("Music")], seed=2)
    third = papers([names("Speech"), video, images, law + code], seed=3)
    dates = ["2001"] * len(first) + ["2011-05"] * len(second) + ["2021-03-04"] * len(third)
    extra = [[["Speech A", "Speech B"]]]
    folder = tmp_path_factory.mktemp("history")
    return corpus(folder, first + second + third + extra, dates=[*dates, None])


CUTS = ("2010", "2020")


def test_planted_splits_merges_births_and_deaths_are_found(history: Corpus) -> None:
    found = analyze.evolution(history.index, history.table, cuts=CUTS)
    events = said(found)
    kinds = {(kind, stage) for kind, stage, _, _ in events}
    assert ("continuation", 0, ("Speech",), ("Speech",)) in events
    assert ("split", 0) in kinds
    (split,) = [e for e in found.events if e.kind == "split"]
    assert {name.split()[0] for name in split.after_names} == {"Video", "Images"}
    (merge,) = [e for e in found.events if e.kind == "merge"]
    assert {name.split()[0] for name in merge.before_names} == {"Law", "Code"}
    assert ("birth", 0, (), ("Music",)) in events
    assert ("death", 0, ("Games",), ()) in events
    assert ("death", 1, ("Music",), ()) in events
    assert len([e for e in found.events if e.stage == 1 and e.kind == "continuation"]) == 4


def test_each_cluster_has_papers_and_sentences_of_its_slice(history: Corpus) -> None:
    found = analyze.evolution(history.index, history.table, cuts=CUTS)
    assert [(s.since, s.until, s.papers) for s in found.stages] == [
        ("2001", "2001", 150), ("2011", "2011", 150), ("2021", "2021", 120),
    ]  # fmt: skip
    for stage in found.stages:
        for cluster in stage.clusters:
            assert cluster.examples
            assert {e.issued[:4] for e in cluster.examples if e.issued} == {stage.since}
            assert all(e.evidence for e in cluster.examples)


def test_papers_without_a_date_are_counted_and_left_out(history: Corpus) -> None:
    found = analyze.evolution(history.index, history.table, cuts=CUTS)
    assert (found.dated, found.undated) == (420, 1)


def test_flows_tell_what_is_shared(history: Corpus) -> None:
    found = analyze.evolution(history.index, history.table, cuts=CUTS)
    members = [{c.id: set(c.members) for c in stage.clusters} for stage in found.stages]
    assert found.flows
    for flow in found.flows:
        one, other = members[flow.stage][flow.source], members[flow.stage + 1][flow.target]
        assert flow.shared == len(one & other)
        assert flow.inclusion == pytest.approx(flow.shared / min(len(one), len(other)), abs=1e-4)
        assert flow.stability == pytest.approx(flow.shared / len(one | other), abs=1e-4)


def test_clusters_that_share_no_more_than_chance_do_not_flow(history: Corpus) -> None:
    strict = analyze.evolution(history.index, history.table, cuts=CUTS, min_inclusion=0, max_chance=1e-30)
    assert strict.flows == ()
    assert {e.kind for e in strict.events} == {"birth", "death"}


def test_the_same_papers_in_another_order_evolve_the_same(tmp_path: Path, history: Corpus) -> None:
    again = list(reversed(history.index.papers()))
    made = [[p.abstract.removeprefix("We see ").removesuffix(".").split(" and ")] for p in again]
    other = corpus(tmp_path, made, dates=[p.issued for p in again])
    one, two = (analyze.evolution(c.index, c.table, cuts=CUTS) for c in (history, other))
    assert one.events == two.events
    assert one.flows == two.flows


def test_without_dates_there_are_no_stages(tmp_path: Path) -> None:
    made = corpus(tmp_path, papers([names("Speech"), names("Vision")]))
    found = analyze.evolution(made.index, made.table)
    assert (found.dated, found.undated, found.stages, found.events) == (0, 60, (), ())


def test_one_slice_is_refused_and_a_cut_that_is_no_date_too(history: Corpus) -> None:
    with pytest.raises(KGError, match="1 slice shows no change; take two or more"):
        analyze.evolution(history.index, history.table, slices=1)
    with pytest.raises(KGError, match="“2020-13” is no date to cut at"):
        analyze.evolution(history.index, history.table, cuts=["2020-13"])


@given(st.lists(DATES, max_size=60), st.integers(2, 5))
def test_every_paper_with_a_date_fine_enough_is_in_the_slice_of_its_date(dates: list[int], count: int) -> None:
    issued = np.array(dates, dtype=np.int32)
    cuts = analyze.equal_cuts(issued, count)
    assert cuts == sorted(set(cuts))
    assert len(cuts) < count
    slices, places = analyze.time_slices(issued, cuts)
    assert sum(s.papers for s in slices) == (places >= 0).sum()
    assert (places[issued == 0] == -1).all()
    for number, part in enumerate(slices):
        inside = issued[places == number]
        assert len(inside) == part.papers > 0
        assert number == 0 or inside.min() > issued[places == number - 1].max()


@given(st.lists(st.integers(1990, 2020), min_size=1, max_size=200), st.integers(2, 4))
def test_equal_slices_are_as_equal_as_whole_years_let_them(years: list[int], count: int) -> None:
    issued = np.array([y * 10000 for y in years], dtype=np.int32)
    slices, _ = analyze.time_slices(issued, analyze.equal_cuts(issued, count))
    assert len(slices) == min(count, len(set(years)))
    most = max(years.count(y) for y in set(years))
    if len(set(years)) > 2 * count:
        assert max(s.papers for s in slices) <= len(years) / count + 2 * most


def test_the_chance_of_a_flow_is_hypergeometric() -> None:
    from scipy.stats import hypergeom

    shared, one, other = np.array([[0, 3], [5, 2]]), np.array([[9], [7]]), np.array([[6, 12]])
    found = sys.modules["kg.analyze.evolution"]._chance(shared, 40, one, other)
    assert found == pytest.approx(hypergeom.sf(shared - 1, 40, one, other), rel=1e-9)


# The thematic map


def test_a_theme_stands_in_the_corner_that_its_cluster_is_called_by(history: Corpus) -> None:
    found = analyze.themes(history.index, history.table)
    assert len(found.themes) > 3
    for theme in found.themes:
        right, up = theme.centrality >= found.centrality, theme.density >= found.density
        corner = {(True, True): "motor", (True, False): "basic", (False, True): "niche"}
        assert theme.theme == corner.get((right, up), "emerging or declining")
        assert theme.examples
    assert sorted(t.cluster for t in found.themes) == list(range(len(found.themes)))


def test_ranks_are_those_of_the_values(history: Corpus) -> None:
    found = analyze.themes(history.index, history.table)
    for value, rank in (("centrality", "centrality_rank"), ("density", "density_rank")):
        by_value = sorted(found.themes, key=lambda t: getattr(t, value))
        assert [getattr(t, rank) for t in by_value] == sorted(getattr(t, rank) for t in found.themes)
        assert sum(getattr(t, rank) for t in found.themes) == pytest.approx(len(by_value) * (len(by_value) + 1) / 2)
