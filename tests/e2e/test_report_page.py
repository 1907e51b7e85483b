"""The report in a real browser: what a reader sees, wide and narrow, light and dark, on paper; nothing leaves."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from helpers_browser import watched
from playwright.sync_api import Browser, Page

import kg

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def report(demo_graph: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("report") / "report.html"
    kg.open(demo_graph).report(path)
    return path


@contextmanager
def opened(browser: Browser, path: Path, **context: Any) -> Iterator[Page]:
    """The page in the browser; at the end: nothing but the file was asked for, and the console stayed silent."""
    with watched(browser, path.as_uri(), **{"height": 900, "reduced_motion": "no-preference", **context}) as tab:
        yield tab


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_anyone_can_use_the_page(browser: Browser, report: Path, axe: Path, scheme: str, width: int) -> None:
    # The policy of the page forbids the checker's script as well: only it is let in, past the policy.
    with opened(browser, report, width=width, color_scheme=scheme, bypass_csp=True) as tab:
        tab.add_script_tag(path=axe)
        found = tab.evaluate("axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']})")
        assert [(v["id"], [n["html"] for n in v["nodes"][:3]]) for v in found["violations"]] == []
        assert tab.evaluate("document.documentElement.scrollWidth") == width


def test_the_map_has_names_where_there_is_room_and_numbers_where_there_is_not(browser: Browser, report: Path) -> None:
    with opened(browser, report) as tab:
        assert tab.locator("svg.map.wide .name").first.is_visible()
        tab.set_viewport_size({"width": 390, "height": 800})
        assert not tab.locator("svg.map.wide").is_visible()
        assert tab.locator("svg.map.narrow .digit").first.is_visible()


def test_a_theme_leads_to_its_field_and_a_number_to_its_paper(browser: Browser, report: Path) -> None:
    with opened(browser, report) as tab:
        tab.locator("svg.map.wide a").first.click()
        field = tab.evaluate("location.hash")
        assert tab.locator(f"{field} h3").is_visible()
        reference = tab.locator(f"{field} .ref").first
        number = reference.inner_text()
        reference.click()
        assert tab.evaluate("location.hash") == f"#paper-{number}"
        assert tab.locator(f"#paper-{number} mark").first.is_visible()


def test_texts_of_the_map_do_not_lie_on_each_other(browser: Browser, report: Path) -> None:
    overlaps = """() => {
        const boxes = [...document.querySelectorAll("svg.map.wide text.name, svg.map.wide text.corner")]
            .map((t) => [t.textContent, t.getBoundingClientRect()]);
        return boxes.flatMap(([a, p], i) => boxes.slice(i + 1).filter(([, q]) =>
            p.left + 2 < q.right && q.left + 2 < p.right && p.top + 4 < q.bottom && q.top + 4 < p.bottom)
            .map(([b]) => [a, b]));
    }"""
    with opened(browser, report) as tab:
        assert tab.evaluate(overlaps) == []


def test_the_choice_of_colours_changes_the_pictures_too(browser: Browser, report: Path) -> None:
    colour = "getComputedStyle(document.querySelector('svg.map .theme')).fill"
    with opened(browser, report, color_scheme="light") as tab:
        before = tab.evaluate(colour)
        tab.locator("#theme").click()
        assert tab.evaluate(colour) != before


def test_on_paper_it_is_light_and_all_is_shown(browser: Browser, report: Path) -> None:
    with opened(browser, report, color_scheme="dark") as tab:
        tab.emulate_media(media="print", color_scheme="dark")
        assert tab.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        assert not tab.locator(".bar").is_visible()
        assert tab.locator("#sources li").first.is_visible()
