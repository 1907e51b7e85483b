"""The page in a real browser: what a reader sees, clicks and types, and that nothing leaves the machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from helpers_browser import load_graphs, settle, watched
from playwright.sync_api import Browser, Page

from kg.view import payload, write

pytestmark = pytest.mark.browser

LORA = "https://example.org/concept/low-rank-adaptation"


graphs = load_graphs()


@contextmanager
def opened(
    browser: Browser, folder: Path, page: payload.Page, *, fragment: str = "", width: int = 1280, **context: Any
) -> Iterator[Page]:
    """The page in the browser; at the end: no request left the machine, and the console stayed silent."""
    path = folder / "page.html"
    write(page, path)
    with watched(browser, path.as_uri() + fragment, ready="kgPage", width=width, **context) as tab:
        yield tab


def click_node(tab: Page, iri: str) -> None:
    at = tab.evaluate("(iri) => kgPage.nodePosition(iri)", iri)
    tab.mouse.click(at["x"], at["y"])


def test_a_click_on_a_node_opens_its_panel(browser: Browser, tmp_path: Path, artefacts: Path) -> None:
    with opened(browser, tmp_path, graphs.plausible()) as tab:
        tab.screenshot(path=artefacts / "page-light-1280.png")
        click_node(tab, LORA)
        panel = tab.locator("#panel")
        panel.wait_for()
        tab.screenshot(path=artefacts / "page-light-1280-panel.png")
        assert panel.locator("h2").inner_text() == "Low-rank adaptation"
        assert "Method" in panel.inner_text()
        assert "is one of the ideas" in panel.inner_text()
        assert panel.locator("mark").first.inner_text() == "Low-rank adaptation"
        hrefs = panel.locator(".papers a").evaluate_all("(all) => all.map((a) => a.href)")
        assert hrefs and all(href.startswith("https://papers.example.org/") for href in hrefs)


def test_the_mark_is_right_after_characters_outside_the_basic_plane(browser: Browser, tmp_path: Path) -> None:
    text = "👩‍🔬🧪 saw Tern"
    proof = payload.Evidence("urn:p", "A paper", "title", text, text.index("Tern"), len(text))
    page = payload.Page("x", "", (payload.Node("urn:a", "Tern", "Model", 1, evidence=(proof,)),), focus="urn:a")
    with opened(browser, tmp_path, page) as tab:
        assert tab.locator("#panel mark").inner_text() == "Tern"


def test_neighbours_lead_from_node_to_node(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, tmp_path, graphs.plausible()) as tab:
        click_node(tab, LORA)
        button = tab.locator("#panel .neighbour .entry").first
        name = button.inner_text()
        button.click()
        assert tab.locator("#panel h2").inner_text() == name


def test_a_click_on_an_edge_shows_both_ends_and_the_papers(browser: Browser, tmp_path: Path) -> None:
    nodes = tuple(payload.Node(f"urn:{x}", x.upper(), "Method", 3) for x in "ab")
    edges = (payload.Edge("urn:a", "urn:b", 2, papers=("First title", "Second title")),)
    with opened(browser, tmp_path, payload.Page("Two", "", nodes, edges)) as tab:
        at = tab.evaluate("() => kgPage.edgePosition(0)")
        tab.mouse.click(at["x"], at["y"])
        panel = tab.locator("#panel")
        assert panel.locator("h2").inner_text() == "A and B"
        assert panel.locator(".ends .entry").all_inner_texts() == ["A", "B"]
        assert "2 shared papers" in panel.inner_text()
        assert panel.locator(".papers li").all_inner_texts() == ["First title", "Second title"]


def test_search_completes_and_enter_opens(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, tmp_path, graphs.plausible()) as tab:
        tab.locator("#search").press_sequentially("frechet")
        assert tab.locator("#matches [role=option]").all_inner_texts()[0].startswith("Fréchet distance")
        tab.keyboard.press("Enter")
        assert tab.locator("#panel h2").inner_text() == "Fréchet distance"


def test_search_knows_other_names_and_says_when_there_is_none(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, tmp_path, graphs.plausible()) as tab:
        tab.locator("#search").fill("KVC")
        tab.locator("#search").fill("KC")
        assert "Key-value cache compression" in tab.locator("#matches").inner_text()
        tab.locator("#search").fill("no such thing")
        assert tab.locator("#matches").inner_text() == "No concept of that name"


def test_filters_hide_nodes_and_can_be_taken_back(browser: Browser, tmp_path: Path) -> None:
    page = graphs.plausible()
    with opened(browser, tmp_path, page) as tab:
        tab.get_by_role("checkbox", name="Method").uncheck()
        shown = set(tab.evaluate("() => kgPage.shown()"))
        assert shown == {n.iri for n in page.nodes if n.type != "Method"}
        assert f"{len(shown)} of {len(page.nodes)} concepts" in tab.locator("#status").inner_text()
        tab.locator("#range-weight").press("End")
        assert len(tab.evaluate("() => kgPage.shown()")) < len(shown)
        tab.get_by_role("button", name="Show everything again").click()
        assert len(tab.evaluate("() => kgPage.shown()")) == len(page.nodes)


def test_years_and_roles_filter(browser: Browser, tmp_path: Path) -> None:
    page = graphs.plausible()
    with opened(browser, tmp_path, page) as tab:
        tab.locator("#range-since").press("End")
        last = max(year for n in page.nodes for year, _ in n.years)
        assert set(tab.evaluate("() => kgPage.shown()")) == {n.iri for n in page.nodes if last in dict(n.years)}
        tab.locator("#reset-filters").click()
        tab.locator("#more summary").click()
        for name in ("Used by", "Studied by", "Evaluated on by", "Compared with by", "Mentioned by"):
            tab.get_by_role("checkbox", name=name).uncheck()
        expected = {n.iri for n in page.nodes if dict(n.roles).get("introduces")}
        assert set(tab.evaluate("() => kgPage.shown()")) == expected


def test_a_hidden_node_cannot_be_clicked(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, tmp_path, graphs.plausible()) as tab:
        tab.get_by_role("checkbox", name="Method").uncheck()
        settle(tab)
        click_node(tab, LORA)
        assert tab.locator("#panel h2", has_text="Low-rank adaptation").count() == 0


def test_the_keyboard_alone_is_enough(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, tmp_path, graphs.plausible()) as tab:
        tab.keyboard.press("Tab")
        assert tab.evaluate("() => document.activeElement.className") == "skip"
        tab.keyboard.press("Enter")
        tab.keyboard.press("Tab")
        first = tab.evaluate("() => document.activeElement.querySelector('.name').textContent")
        tab.keyboard.press("Enter")
        assert tab.locator("#panel h2").inner_text() == first
        assert tab.evaluate("() => document.activeElement.id") == "panel-title"
        tab.keyboard.press("Tab")
        assert tab.evaluate("() => document.activeElement.getAttribute('aria-label')") == "Close panel"
        tab.keyboard.press("Escape")
        assert tab.locator("#panel").is_hidden()
        assert tab.evaluate("() => document.activeElement.querySelector('.name').textContent") == first


def test_every_control_has_a_name(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, tmp_path, graphs.plausible()) as tab:
        click_node(tab, LORA)
        for element in tab.locator("button:visible, input:visible, a:visible").all():
            named = element.evaluate(
                "(e) => (e.getAttribute('aria-label') || e.textContent || "
                "[...(e.labels || [])].map((l) => l.textContent).join('')).trim()"
            )
            assert named, element.evaluate("(e) => e.outerHTML")


def test_the_colours_follow_the_system_until_the_reader_chooses(
    browser: Browser, tmp_path: Path, artefacts: Path
) -> None:
    with opened(browser, tmp_path, graphs.plausible(), color_scheme="dark") as tab:
        tab.screenshot(path=artefacts / "page-dark-1280.png")
        assert tab.evaluate("() => getComputedStyle(document.body).backgroundColor") == "rgb(20, 24, 27)"
        tab.emulate_media(color_scheme="light")
        tab.wait_for_function("() => getComputedStyle(document.body).backgroundColor === 'rgb(251, 251, 249)'")
        tab.get_by_role("button", name="Dark colours").click()
        assert tab.locator("#theme").get_attribute("aria-pressed") == "true"
        tab.emulate_media(color_scheme="light")
        assert tab.evaluate("() => document.documentElement.dataset.theme") == "dark"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_telephone_shows_all_of_it_without_scrolling_sideways(
    browser: Browser, tmp_path: Path, artefacts: Path, scheme: str
) -> None:
    with opened(browser, tmp_path, graphs.plausible(), width=390, color_scheme=scheme, has_touch=True) as tab:
        tab.screenshot(path=artefacts / f"page-{scheme}-390.png")
        assert tab.evaluate("() => document.documentElement.scrollWidth") == 390
        tab.get_by_role("button", name="Filters", exact=True).click()
        tab.get_by_role("checkbox", name="Metric").uncheck()
        tab.screenshot(path=artefacts / f"page-{scheme}-390-filters.png")
        tab.get_by_role("button", name="Close legend and filters").click()
        at = tab.evaluate("(iri) => kgPage.nodePosition(iri)", LORA)
        tab.touchscreen.tap(at["x"], at["y"])
        tab.locator("#panel h2", has_text="Low-rank adaptation").wait_for()
        settle(tab)
        tab.screenshot(path=artefacts / f"page-{scheme}-390-panel.png")
        assert tab.evaluate("() => document.documentElement.scrollWidth") == 390
        node = tab.evaluate("(iri) => kgPage.nodePosition(iri)", LORA)
        panel = tab.locator("#panel").bounding_box()
        assert panel is not None and node["y"] < panel["y"]


@pytest.mark.parametrize("width", [1280, 390])
def test_labels_at_rest_do_not_overlap(browser: Browser, tmp_path: Path, width: int) -> None:
    with opened(browser, tmp_path, graphs.plausible(), width=width) as tab:
        boxes = tab.evaluate("() => kgPage.labels()")
        assert len(boxes) >= 15
        for i, a in enumerate(boxes):
            for b in boxes[i + 1 :]:
                apart = a["x"] + a["w"] <= b["x"] or b["x"] + b["w"] <= a["x"]
                assert apart or a["y"] + a["h"] <= b["y"] or b["y"] + b["h"] <= a["y"], (a["text"], b["text"])


def test_more_labels_come_with_the_zoom(browser: Browser, tmp_path: Path) -> None:
    def label(tab: Page) -> set[str]:
        return {box["text"] for box in tab.evaluate("() => kgPage.labels()")}

    with opened(browser, tmp_path, graphs.plausible()) as tab:
        before = label(tab)
        for _ in range(3):
            tab.get_by_role("button", name="Zoom in").click()
        settle(tab)
        assert label(tab) - before


def test_nothing_moves_until_it_is_asked_to(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, tmp_path, graphs.plausible()) as tab:
        place = tab.evaluate("(iri) => kgPage.nodePosition(iri)", LORA)
        tab.wait_for_timeout(400)
        assert tab.evaluate("(iri) => kgPage.nodePosition(iri)", LORA) == place
        tab.get_by_role("button", name="Let the nodes move").click()
        tab.wait_for_function("(p) => Math.hypot(kgPage.nodePosition(p[0]).x - p[1], 0) > 2", arg=[LORA, place["x"]])
        tab.get_by_role("button", name="Put the nodes back").click()
        settle(tab)
        back = tab.evaluate("(iri) => kgPage.nodePosition(iri)", LORA)
        assert back == pytest.approx(place, abs=1)


def test_hostile_texts_are_shown_as_text(browser: Browser, tmp_path: Path, artefacts: Path) -> None:
    page = graphs.hostile()
    with opened(browser, tmp_path, page) as tab:
        for number, node in enumerate(page.nodes):
            tab.evaluate("(i) => kgPage.select(kgPage.shown()[i])", number)
            panel = tab.locator("#panel")
            for more in panel.get_by_role("button", name="Show").all():
                more.click()
            assert panel.locator("img, script, b").count() == 0
            hrefs = panel.locator("a").evaluate_all("(all) => all.map((a) => a.href)")
            assert all(href.startswith("https://example.org/") for href in hrefs)
            if node.label.isprintable() and node.label.strip():
                assert panel.locator("h2").text_content() == node.label
            tab.screenshot(path=artefacts / f"page-hostile-{number:02}.png")
            at = tab.evaluate("(i) => kgPage.nodePosition(kgPage.shown()[i])", number)
            tab.mouse.move(at["x"], at["y"])
        assert tab.locator("img").count() == 0
        tab.evaluate("() => kgPage.select(kgPage.shown()[6])")
        assert "␀␇␛" in (tab.locator("#panel h2").text_content() or "")


def test_the_address_names_the_node(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, tmp_path, graphs.plausible()) as tab:
        click_node(tab, LORA)
        tab.wait_for_function("() => location.hash.startsWith('#node=')")
        fragment = tab.evaluate("() => location.hash")
        tab.keyboard.press("Escape")
        tab.go_back()
        assert tab.locator("#panel h2").inner_text() == "Low-rank adaptation"
    with opened(browser, tmp_path, graphs.plausible(), fragment=fragment) as tab:
        assert tab.locator("#panel h2").inner_text() == "Low-rank adaptation"


def test_an_address_of_what_is_not_there_says_so(browser: Browser, tmp_path: Path) -> None:
    for fragment in ("#node=urn%3Anone", "#node=%E0%A4%A"):
        with opened(browser, tmp_path, graphs.plausible(), fragment=fragment) as tab:
            assert "does not hold" in tab.locator("#status").inner_text()
            click_node(tab, LORA)
            assert tab.locator("#panel h2").inner_text() == "Low-rank adaptation"


def test_the_picture_is_saved_as_png(browser: Browser, tmp_path: Path, artefacts: Path) -> None:
    with opened(browser, tmp_path, graphs.plausible()) as tab:
        with tab.expect_download() as download:
            tab.get_by_role("button", name="Save as PNG picture").click()
        download.value.save_as(artefacts / "picture.png")
        assert download.value.suggested_filename == "Ideas-in-made-up-papers.png"
        assert (artefacts / "picture.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("page", "text"),
    [
        (payload.Page("Nothing", ""), "There is no concept to show in this graph."),
        (payload.Page("One", "", (payload.Node("urn:a", "Alone", "Task", 1),)), "1 concept, 0 links"),
        (graphs.star(), "Hub: 1 paper, 12 links"),
    ],
    ids=["empty", "one node", "star"],
)
def test_the_smallest_graphs_say_what_they_show(
    browser: Browser, tmp_path: Path, page: payload.Page, text: str
) -> None:
    with opened(browser, tmp_path, page) as tab:
        assert text in tab.locator("main").inner_text()


def test_without_javascript_the_page_explains_itself(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, tmp_path, graphs.plausible(), java_script_enabled=False) as tab:
        text = tab.locator("body").inner_text()
        assert "This page draws its graph with JavaScript" in text
        assert "Low-rank adaptation (Method)" in text
        assert tab.locator("#filters").is_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_no_breach_of_wcag_21_aa(
    browser: Browser, axe: Path, tmp_path: Path, scheme: str, width: int
) -> None:
    with opened(browser, tmp_path, graphs.plausible(), width=width, color_scheme=scheme, bypass_csp=True) as tab:
        tab.add_script_tag(path=axe)
        for iri in (None, LORA):
            tab.evaluate("(iri) => kgPage.select(iri)", iri)
            tab.wait_for_timeout(250)
            rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
            found = tab.evaluate("(rules) => axe.run(document, { runOnly: rules })", rules)
            assert [(v["id"], v["nodes"][0]["html"]) for v in found["violations"]] == []
