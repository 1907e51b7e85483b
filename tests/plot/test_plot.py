"""Plots: what they show, the same bytes for the same graph, labels that do not lie on each other."""

from __future__ import annotations

import subprocess
import sys
from itertools import combinations, pairwise
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from helpers_cli import environment
from helpers_papers import write_lines
from hypothesis import given
from hypothesis import strategies as st

import kg
from kg import Graph
from kg.analyze import evolution
from kg.build import build
from kg.errors import KGError
from kg.plot import FORMATS, PLOTS, to_bytes
from kg.plot.alluvial import alluvial
from kg.plot.canvas import printable
from kg.plot.placing import Box, place_labels, shortened, text_width
from kg.store import GraphFolder

MAGIC = {"svg": b"<?xml", "png": b"\x89PNG", "pdf": b"%PDF"}


@pytest.fixture(scope="module")
def graph(demo_graph: Path) -> Graph:
    return kg.open(demo_graph)


@pytest.mark.parametrize("name", list(PLOTS))
def test_every_plot_is_a_picture_with_a_title(graph: Graph, name: str, tmp_path: Path) -> None:
    graph.plot(name, tmp_path / f"{name}.svg")
    root = ElementTree.parse(tmp_path / f"{name}.svg").getroot()
    titles = [e.text for e in root.iter("{http://purl.org/dc/elements/1.1/}title")]
    assert titles[0]
    assert not [e for e in root.iter() if "href" in e.attrib and not e.attrib["href"].startswith("#")]


@pytest.mark.parametrize("form", FORMATS)
def test_a_plot_is_saved_as_its_name_ends(graph: Graph, form: str, tmp_path: Path) -> None:
    graph.plot("degree", tmp_path / f"x.{form}")
    assert (tmp_path / f"x.{form}").read_bytes().startswith(MAGIC[form])


@pytest.mark.slow
def test_another_process_writes_the_same_bytes(demo_graph: Path, tmp_path: Path) -> None:
    for seed in ("1", "2"):
        code = f"import kg; g = kg.open({str(demo_graph)!r}); " + "; ".join(
            f"g.plot({name!r}, '{name}-{seed}.{form}')" for name, form in (("themes", "svg"), ("degree", "png"))
        )
        env = environment(PYTHONHASHSEED=seed)
        subprocess.run([sys.executable, "-c", code], check=True, cwd=tmp_path, env=env, timeout=120)
    for name in ("themes-{}.svg", "degree-{}.png"):
        one, two = ((tmp_path / name.format(seed)).read_bytes() for seed in "12")
        assert one == two


def test_the_users_own_settings_change_nothing(graph: Graph) -> None:
    import matplotlib

    plain = to_bytes(graph.plot("entities"), "svg")
    with matplotlib.rc_context({"font.size": 30, "axes.facecolor": "red", "svg.fonttype": "none"}):
        assert to_bytes(graph.plot("entities"), "svg") == plain
        assert matplotlib.rcParams["font.size"] == 30


def test_a_dark_plot_is_dark(graph: Graph) -> None:
    assert graph.plot("degree", dark=True).get_facecolor()[:3] < (0.2, 0.2, 0.2)


def test_bars_are_the_counts(graph: Graph) -> None:
    (axes,) = graph.plot("entities", top=5).axes
    widths = [round(bar.get_width()) for bar in axes.patches]
    labels = [t.get_text() for t in axes.get_yticklabels()]
    assert widths == sorted(widths, reverse=True)
    assert [len(graph.papers(label)) for label in labels] == widths


def test_lines_are_shares_of_the_years_papers(graph: Graph) -> None:
    (axes,) = graph.plot("trends", entities=["BERT"]).axes
    (line,) = axes.lines
    papers = dict(graph.trends(by="papers").years)
    named = dict(graph.entity("BERT").years)
    for year, share in zip(line.get_xdata(), line.get_ydata(), strict=True):
        assert share == pytest.approx(100 * named.get(int(year), 0) / papers[int(year)])


def test_the_heat_map_is_symmetric_and_its_numbers_are_papers_in_common(graph: Graph) -> None:
    axes = graph.plot("cooccurrence", top=10).axes[0]
    values = np.ma.filled(axes.images[0].get_array(), np.nan)
    assert np.allclose(values, values.T, equal_nan=True)
    labels = [t.get_text() for t in axes.get_yticklabels()]
    for text in axes.texts[:10]:
        column, row = (labels[round(v)] for v in text.get_position())
        both = {p.iri for p in graph.papers(row)} & {p.iri for p in graph.papers(column)}
        assert len(both) == int(text.get_text())


def test_labels_of_the_thematic_map_do_not_lie_on_each_other(graph: Graph) -> None:
    made = graph.plot("themes")
    (axes,) = made.axes
    made.canvas.draw()
    boxes = [t.get_window_extent() for t in axes.texts if t.get_text()]
    assert len(boxes) > 8
    assert [(a, b) for a, b in combinations(boxes, 2) if a.overlaps(b) and a.padded(-1).overlaps(b.padded(-1))] == []
    frame = made.bbox
    assert all(frame.x0 <= b.x0 and b.x1 <= frame.x1 and frame.y0 <= b.y0 and b.y1 <= frame.y1 for b in boxes)


MARKS = st.lists(st.tuples(st.floats(0, 400), st.floats(0, 300), st.floats(2, 20)), max_size=25)


@given(MARKS, st.lists(st.text("abcM·日", min_size=1, max_size=20), min_size=25, max_size=25))
def test_placed_labels_are_apart_and_inside(marks: list[tuple[float, float, float]], texts: list[str]) -> None:
    sizes = [(text_width(text, 10), 13.0) for text in texts[: len(marks)]]
    bounds, corner = Box(0, 0, 400, 300), Box(0, 0, 60, 20)
    placed = [box for box in place_labels(marks, sizes, bounds, [corner]) if box]
    assert all(box.inside(bounds) for box in placed)
    assert not any(one.overlaps(other) for one, other in combinations([*placed, corner], 2))


@given(st.text(max_size=40), st.floats(20, 300))
def test_shortened_text_fits(text: str, room: float) -> None:
    assert text_width(shortened(text, 10, room), 10) <= max(room, text_width("…", 10))


def test_boxes_of_a_slice_are_apart_and_ribbons_fit_into_them(graph: Graph) -> None:
    found = evolution(graph.index, graph.table, slices=3)
    drawn = alluvial(found, 500, gap=8, least=12)
    assert drawn.nodes
    for stage in range(len(found.stages)):
        nodes = sorted((n for n in drawn.nodes if n.stage == stage), key=lambda n: n.top)
        assert all(a.bottom < b.top for a, b in pairwise(nodes))
        assert all(n.top >= -1e-6 and n.bottom <= 500 + 1e-6 for n in nodes)
    at = {(n.stage, n.cluster): n for n in drawn.nodes}
    for ribbon in drawn.ribbons:
        for node, (top, bottom) in (
            (at[ribbon.stage, ribbon.source], ribbon.leaves),
            (at[ribbon.stage + 1, ribbon.target], ribbon.enters),
        ):
            assert node.top - 1e-6 <= top <= bottom <= node.bottom + 1e-6


# What cannot be drawn, and strange names


def test_what_the_font_lacks_or_matplotlib_would_obey_is_drawn_as_text(tmp_path: Path) -> None:
    names = ["$\\alpha$Net", "日本語BERT", "under_score^2"]
    papers = [
        {"title": f"Paper number {n} of these", "abstract": f"We propose {name} for question answering with BERT."}
        for n, name in enumerate(names * 3)
    ]
    write_lines(tmp_path / "p.jsonl", papers)
    build(GraphFolder(tmp_path / "g"), [str(tmp_path / "p.jsonl")], profile="vocabulary")
    graph = kg.open(tmp_path / "g")
    for name in ("entities", "cooccurrence", "degree"):
        assert to_bytes(graph.plot(name), "png").startswith(MAGIC["png"])
    assert printable("日本語 $x$\n") == "□□□ $x$"


@pytest.mark.parametrize(
    ("name", "message"),
    [("trends", "no paper has a date"), ("evolution", "no paper has a date"), ("themes", "no clusters to draw")],
)
def test_what_cannot_be_drawn_says_why(name: str, message: str, tmp_path: Path) -> None:
    write_lines(tmp_path / "p.jsonl", [{"title": "One paper about BERT", "abstract": "BERT and GPT-3 are compared."}])
    build(GraphFolder(tmp_path / "g"), [str(tmp_path / "p.jsonl")], profile="vocabulary")
    with pytest.raises(KGError, match=message):
        kg.open(tmp_path / "g").plot(name)


def test_nothing_named_is_nothing_drawn(tmp_path: Path) -> None:
    write_lines(tmp_path / "p.jsonl", [{"title": "Nothing much", "abstract": "It was so."}])
    build(GraphFolder(tmp_path / "g"), [str(tmp_path / "p.jsonl")], profile="vocabulary")
    for name in ("entities", "trends", "cooccurrence", "degree"):
        with pytest.raises(KGError, match="no paper names an entity"):
            kg.open(tmp_path / "g").plot(name)


def test_without_matplotlib_one_line_says_what_to_install(graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(KGError) as caught:
        graph.plot("degree")
    assert str(caught.value) == "plots need matplotlib; pip install 'kg-papers[plot]'"


def test_an_unknown_plot_or_ending_says_which_there_are(graph: Graph, tmp_path: Path) -> None:
    with pytest.raises(KGError, match="no plot is called 'pie'; there are entities, trends"):
        graph.plot("pie")
    with pytest.raises(KGError, match=r"name it \.svg, \.png, \.pdf"):
        graph.plot("degree", tmp_path / "x.bmp")
