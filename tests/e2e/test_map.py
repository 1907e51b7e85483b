"""The map in a real browser: what a reader sees, clicks and types, and that nothing leaves the machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from helpers_browser import load_graphs, settle, watched
from playwright.sync_api import Browser, Page

from kg.view import payload, render_map
from kg.view.atlas import Atlas

pytestmark = pytest.mark.browser

LORA = "https://example.org/concept/low-rank-adaptation"


graphs = load_graphs()
PLAUSIBLE = graphs.atlas_of(graphs.plausible())


@contextmanager
def opened(
    browser: Browser, folder: Path, atlas: Atlas, *, fragment: str = "", width: int = 1280, **context: Any
) -> Iterator[Page]:
    """The map in the browser; at the end: no request left the machine, and the console stayed silent."""
    path = folder / "map.html"
    path.write_text(render_map(atlas), encoding="utf-8")
    with watched(browser, path.as_uri() + fragment, ready="kgMap", width=width, **context) as tab:
        yield tab


def click_node(tab: Page, iri: str) -> None:
    at = tab.evaluate("(iri) => kgMap.nodePosition(iri)", iri)
    tab.mouse.click(at["x"], at["y"])


def drawn(tab: Page, iri: str, colour: tuple[int, int, int]) -> int:
    """How many pixels around a node have that colour."""
    found: int = tab.evaluate(
        """([iri, colour]) => { const at = kgMap.nodePosition(iri); const sheet = document.getElementById("sheet");
        const box = sheet.getBoundingClientRect();
        const part = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
        part.drawImage(sheet, at.x - box.left - 5, at.y - box.top - 5, 11, 11, 0, 0, 11, 11);
        const { data } = part.getImageData(0, 0, 11, 11);
        let hits = 0;
        for (let p = 0; p < data.length; p += 4) hits += colour.every((value, k) => value === data[p + k]);
        return hits; }""",
        [iri, list(colour)],
    )
    return found


def test_a_click_on_a_node_opens_its_panel(browser: Browser, tmp_path: Path, artefacts: Path) -> None:
    with opened(browser, tmp_path, PLAUSIBLE) as tab:
        tab.screenshot(path=artefacts / "map-light-1280.png")
        click_node(tab, LORA)
        panel = tab.locator("#panel")
        assert panel.locator("h2").inner_text() == "Low-rank adaptation"
        assert "is one of the ideas" in panel.inner_text()
        assert panel.locator("mark").first.inner_text() == "Low-rank adaptation"
        hrefs = panel.locator(".papers a").evaluate_all("(all) => all.map((a) => a.href)")
        assert hrefs and all(href.startswith("https://papers.example.org/") for href in hrefs)
        settle(tab)
        tab.screenshot(path=artefacts / "map-light-1280-panel.png")


def test_a_link_of_the_panel_shows_the_papers_of_both_ends_and_a_sentence(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, tmp_path, PLAUSIBLE) as tab:
        click_node(tab, LORA)
        row = tab.locator("#panel .neighbour").first
        other = row.locator(".entry").inner_text()
        row.locator(".quiet").click()
        names = tab.locator("#panel h2").inner_text().split(" and ")
        assert sorted(names) == sorted(["Low-rank adaptation", other])
        assert tab.locator("#panel blockquote mark").inner_text() == " with ".join(sorted(names))
        hrefs = tab.locator("#panel .papers a").evaluate_all("(all) => all.map((a) => a.href)")
        assert hrefs and all(href.startswith("https://papers.example.org/") for href in hrefs)


def test_a_node_is_drawn_where_it_is_clicked_and_in_the_colour_of_its_type(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, tmp_path, PLAUSIBLE) as tab:
        tab.get_by_role("radio", name="Type").check()
        settle(tab)
        assert drawn(tab, LORA, (0x00, 0x72, 0xB2)) > 5
        tab.get_by_role("checkbox", name="Method").uncheck()
        settle(tab)
        assert drawn(tab, LORA, (0x00, 0x72, 0xB2)) == 0


def test_search_flies_to_the_node(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, tmp_path, PLAUSIBLE) as tab:
        tab.locator("#search").press_sequentially("frechet")
        assert tab.locator("#matches [role=option]").all_inner_texts()[0].startswith("Fréchet distance")
        tab.keyboard.press("Enter")
        assert tab.locator("#panel h2").inner_text() == "Fréchet distance"
        settle(tab)
        iri = next(n.iri for n in graphs.plausible().nodes if n.label == "Fréchet distance")
        at = tab.evaluate("(iri) => kgMap.nodePosition(iri)", iri)
        panel = tab.locator("#panel").bounding_box()
        assert panel is not None
        assert 272 < at["x"] < panel["x"]
        assert 60 < at["y"] < 800
        assert tab.evaluate("() => kgMap.zoom()") > 1.2


def test_search_knows_other_names(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, tmp_path, PLAUSIBLE) as tab:
        tab.locator("#search").fill("KC")
        assert "Key-value cache compression" in tab.locator("#matches").inner_text()
        tab.locator("#search").fill("no such thing")
        assert tab.locator("#matches").inner_text() == "No concept of that name"


def test_filters_hide_nodes_and_can_be_taken_back(browser: Browser, tmp_path: Path) -> None:
    page = graphs.plausible()
    with opened(browser, tmp_path, PLAUSIBLE) as tab:
        tab.get_by_role("checkbox", name="Method").uncheck()
        shown = set(tab.evaluate("() => kgMap.shown()"))
        assert shown == {n.iri for n in page.nodes if n.type != "Method"}
        assert f"{len(shown)} of {len(page.nodes)} concepts" in tab.locator("#status").inner_text()
        tab.get_by_role("checkbox", name=page.clusters[0]).uncheck()
        assert set(tab.evaluate("() => kgMap.shown()")) == {
            n.iri for n in page.nodes if n.type != "Method" and n.cluster != 0
        }
        tab.get_by_role("button", name="Show everything again").click()
        assert len(tab.evaluate("() => kgMap.shown()")) == len(page.nodes)


def test_years_roles_and_papers_filter(browser: Browser, tmp_path: Path) -> None:
    page = graphs.plausible()
    with opened(browser, tmp_path, PLAUSIBLE) as tab:
        tab.locator("#range-since").press("End")
        last = max(year for n in page.nodes for year, _ in n.years)
        assert set(tab.evaluate("() => kgMap.shown()")) == {n.iri for n in page.nodes if last in dict(n.years)}
        tab.locator("#reset-filters").click()
        tab.locator("#range-papers").press("End")
        assert 0 < len(tab.evaluate("() => kgMap.shown()")) < len(page.nodes)
        tab.locator("#reset-filters").click()
        tab.locator("#more summary").click()
        for name in ("Used by", "Studied by", "Evaluated on by", "Compared with by", "Mentioned by"):
            tab.get_by_role("checkbox", name=name).uncheck()
        expected = {n.iri for n in page.nodes if dict(n.roles).get("introduces")}
        assert set(tab.evaluate("() => kgMap.shown()")) == expected


def test_the_years_play_from_the_first_to_the_last(browser: Browser, tmp_path: Path) -> None:
    page = graphs.plausible()
    years = sorted({year for n in page.nodes for year, _ in n.years})
    with opened(browser, tmp_path, PLAUSIBLE) as tab:
        tab.get_by_role("button", name="Play the years").click()
        first = set(tab.evaluate("() => kgMap.shown()"))
        assert first == {n.iri for n in page.nodes if years[0] in dict(n.years)}
        tab.wait_for_function("(n) => kgMap.shown().length > n", arg=len(first))
        tab.get_by_role("button", name="Stop").click()
        assert tab.locator("#play").inner_text() == "Play the years"


def test_bridges_and_gaps_are_shown_on_demand(browser: Browser, tmp_path: Path, artefacts: Path) -> None:
    page = graphs.plausible()
    with opened(browser, tmp_path, PLAUSIBLE) as tab:
        assert tab.locator("#bridges-list").is_hidden()
        tab.get_by_role("button", name="Show bridges").click()
        assert page.nodes[0].label in tab.locator("#bridges-list").inner_text()
        tab.get_by_role("button", name="Hide bridges").click()
        tab.get_by_role("button", name="Show gaps").click()
        settle(tab)
        tab.screenshot(path=artefacts / "map-gaps-1280.png")
        tab.locator("#gaps-list button").click()
        panel = tab.locator("#panel").inner_text()
        assert "2 papers on both, where 11.5 would be expected" in panel
        assert "No paper here mentions both." in panel
        assert page.nodes[5].label in panel


def test_names_at_rest_do_not_overlap_and_more_come_with_the_zoom(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, tmp_path, PLAUSIBLE) as tab:
        boxes = tab.evaluate("() => kgMap.labels()")
        assert len(boxes) >= 15
        for i, a in enumerate(boxes):
            for b in boxes[i + 1 :]:
                apart = a["x"] + a["w"] <= b["x"] or b["x"] + b["w"] <= a["x"]
                assert apart or a["y"] + a["h"] <= b["y"] or b["y"] + b["h"] <= a["y"], (a["text"], b["text"])
        before = {box["text"] for box in boxes}
        for _ in range(3):
            tab.get_by_role("button", name="Zoom in").click()
        settle(tab)
        assert {box["text"] for box in tab.evaluate("() => kgMap.labels()")} - before


def test_cluster_names_stand_from_afar_and_a_click_brings_the_cluster_near(browser: Browser, tmp_path: Path) -> None:
    page = graphs.plausible()
    with opened(browser, tmp_path, PLAUSIBLE) as tab:
        boxes = {box["text"]: box for box in tab.evaluate("() => kgMap.labels()")}
        name = next(c for c in page.clusters if c in boxes)
        sheet = tab.locator("#sheet").bounding_box()
        assert sheet is not None
        # Between the lines of its letters no node may lie: the box is tried from top to bottom.
        box = boxes[name]
        for part in (0.5, 0.1, 0.9):
            tab.mouse.click(sheet["x"] + box["x"] + box["w"] * part, sheet["y"] + box["y"] + box["h"] / 2)
            if tab.locator("#panel").is_hidden():
                break
            tab.keyboard.press("Escape")
        assert tab.evaluate("() => kgMap.zoom()") > 1.2


def test_dragging_the_wheel_and_the_keys_move_the_view(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, tmp_path, PLAUSIBLE) as tab:
        start = tab.evaluate("(iri) => kgMap.nodePosition(iri)", LORA)
        tab.mouse.move(700, 300)
        tab.mouse.down()
        tab.mouse.move(760, 340, steps=4)
        tab.mouse.up()
        moved = tab.evaluate("(iri) => kgMap.nodePosition(iri)", LORA)
        assert moved["x"] - start["x"] == pytest.approx(60, abs=8)
        assert tab.locator("#panel").is_hidden()
        zoom = tab.evaluate("() => kgMap.zoom()")
        tab.mouse.wheel(0, -240)
        tab.wait_for_function("(z) => kgMap.zoom() > z * 1.3", arg=zoom)
        tab.locator("#sheet").focus()
        tab.keyboard.press("0")
        tab.keyboard.press("ArrowRight")
        settle(tab)
        assert tab.evaluate("(iri) => kgMap.nodePosition(iri)", LORA)["x"] == pytest.approx(start["x"] - 80, abs=8)


def test_the_keyboard_alone_is_enough(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, tmp_path, PLAUSIBLE) as tab:
        tab.keyboard.press("Tab")
        assert tab.evaluate("() => document.activeElement.className") == "skip"
        tab.keyboard.press("Enter")
        tab.keyboard.press("Tab")
        first = tab.evaluate("() => document.activeElement.querySelector('.name').textContent")
        tab.keyboard.press("Enter")
        assert tab.locator("#panel h2").inner_text() == first
        tab.keyboard.press("Escape")
        assert tab.locator("#panel").is_hidden()
        assert tab.evaluate("() => document.activeElement.querySelector('.name').textContent") == first


def test_the_address_of_a_part_of_the_page_leaves_what_is_selected(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, tmp_path, PLAUSIBLE) as tab:
        click_node(tab, LORA)
        tab.evaluate("() => new Promise((done) => { addEventListener('hashchange', done); location.hash = '#nodes'; })")
        assert tab.locator("#panel h2").inner_text() == "Low-rank adaptation"


def test_the_address_brings_back_what_was_seen(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, tmp_path, PLAUSIBLE) as tab:
        click_node(tab, LORA)
        tab.get_by_role("button", name="Zoom in").click()
        tab.wait_for_function(
            "() => location.hash.includes('node=') && location.hash.endsWith(`,${kgMap.zoom().toFixed(2)}`)"
        )
        fragment = tab.evaluate("() => location.hash")
        zoom = tab.evaluate("() => kgMap.zoom()")
    with opened(browser, tmp_path, PLAUSIBLE, fragment=fragment) as tab:
        assert tab.locator("#panel h2").inner_text() == "Low-rank adaptation"
        assert tab.evaluate("() => kgMap.zoom()") == pytest.approx(zoom, rel=0.02)
    for wrong in ("#node=urn%3Anone", "#node=%E0%A4%A", "#at=x,y,z", "#at=1,1,0"):
        with opened(browser, tmp_path, PLAUSIBLE, fragment=wrong) as tab:
            if "node" in wrong:
                assert "does not hold" in tab.locator("#status").inner_text()
            assert tab.evaluate("() => kgMap.zoom()") == pytest.approx(1, abs=0.01)


def test_hostile_texts_are_shown_as_text(browser: Browser, tmp_path: Path, artefacts: Path) -> None:
    page = graphs.hostile()
    with opened(browser, tmp_path, graphs.atlas_of(page)) as tab:
        tab.screenshot(path=artefacts / "map-hostile.png")
        for number, node in enumerate(page.nodes):
            tab.evaluate("(i) => kgMap.select(kgMap.shown()[i])", number)
            panel = tab.locator("#panel")
            assert panel.locator("img, script, b").count() == 0
            hrefs = panel.locator("a").evaluate_all("(all) => all.map((a) => a.href)")
            assert all(href.startswith("https://example.org/") for href in hrefs)
            if node.label.isprintable() and node.label.strip():
                assert panel.locator("h2").text_content() == node.label
        assert tab.locator("img").count() == 0


def test_the_picture_is_saved_as_png(browser: Browser, tmp_path: Path, artefacts: Path) -> None:
    with opened(browser, tmp_path, PLAUSIBLE) as tab:
        with tab.expect_download() as download:
            tab.get_by_role("button", name="Save as PNG picture").click()
        download.value.save_as(artefacts / "map-picture.png")
        assert (artefacts / "map-picture.png").read_bytes().startswith(b"\x89PNG")


def star_of(leaves: int) -> Atlas:
    """One hub with that many leaves."""
    place = np.column_stack([np.cos(np.arange(leaves + 1)), np.sin(np.arange(leaves + 1))]).astype(np.float32)
    place[0] = 0
    ends = np.column_stack([np.zeros(leaves, dtype=np.int64), np.arange(1, leaves + 1)])
    return Atlas(
        "A star", "", ["Hub", *(f"Leaf {n}" for n in range(leaves))], [f"urn:{n}" for n in range(leaves + 1)],
        np.zeros(leaves + 1, dtype=np.int64), np.array([leaves] + [1] * leaves), np.full(leaves + 1, -1), (), place,
        ends, np.ones(leaves, dtype=np.int64),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("atlas", "text"),
    [
        (graphs.atlas_of(payload.Page("Nothing", "")), "There is no concept to show in this graph."),
        (graphs.atlas_of(payload.Page("One", "", (payload.Node("urn:a", "Alone", "Task", 1),))), "1 concept, 0 links"),
        (
            graphs.atlas_of(payload.Page("Two", "", tuple(payload.Node(f"urn:{x}", x, "Task", 1) for x in "ab"))),
            "2 concepts, 0 links",
        ),
        (star_of(10_000), "10,001 concepts, 10,000 links"),
    ],
    ids=["empty", "one node", "disconnected", "star of 10,000"],
)
def test_graphs_at_the_edges_say_what_they_show(browser: Browser, tmp_path: Path, atlas: Atlas, text: str) -> None:
    with opened(browser, tmp_path, atlas) as tab:
        assert text in tab.locator("main").inner_text()


def test_without_javascript_the_map_explains_itself(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, tmp_path, PLAUSIBLE, java_script_enabled=False) as tab:
        text = tab.locator("body").inner_text()
        assert "This page draws its graph with JavaScript" in text
        assert "Low-rank adaptation (Method)" in text


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_telephone_shows_all_of_it_without_scrolling_sideways(
    browser: Browser, tmp_path: Path, artefacts: Path, scheme: str
) -> None:
    with opened(browser, tmp_path, PLAUSIBLE, width=390, color_scheme=scheme, has_touch=True) as tab:
        tab.screenshot(path=artefacts / f"map-{scheme}-390.png")
        assert tab.evaluate("() => document.documentElement.scrollWidth") == 390
        at = tab.evaluate("(iri) => kgMap.nodePosition(iri)", LORA)
        tab.touchscreen.tap(at["x"], at["y"])
        tab.locator("#panel h2", has_text="Low-rank adaptation").wait_for()
        settle(tab)
        tab.screenshot(path=artefacts / f"map-{scheme}-390-panel.png")
        node, panel = tab.evaluate("(iri) => kgMap.nodePosition(iri)", LORA), tab.locator("#panel").bounding_box()
        assert panel is not None and node["y"] < panel["y"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_no_breach_of_wcag_21_aa(
    browser: Browser, axe: Path, tmp_path: Path, scheme: str, width: int
) -> None:
    with opened(browser, tmp_path, PLAUSIBLE, width=width, color_scheme=scheme, bypass_csp=True) as tab:
        tab.add_script_tag(path=axe)
        for iri in (None, LORA):
            tab.evaluate("(iri) => kgMap.select(iri)", iri)
            tab.wait_for_timeout(250)
            rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
            found = tab.evaluate("(rules) => axe.run(document, { runOnly: rules })", rules)
            assert [(v["id"], v["nodes"][0]["html"]) for v in found["violations"]] == []
