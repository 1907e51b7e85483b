"""The pages of a static site and of the server in a real browser: the same design, nothing from elsewhere, for all."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from helpers_browser import watched
from helpers_site import HOSTILE, make_garden
from playwright.sync_api import Browser, Page

import kg
from kg.site.names import entity_file, paper_file

pytestmark = pytest.mark.browser

FERN = f"{entity_file('amber-fern')}.html"
SERVED = {
    "home": "", "entity": "entity/amber-fern", "vocabulary": "vocabulary", "search": "search?q=fern",
    "nothing": "nowhere",
    "sparql": "sparql?query=SELECT+%3Flabel+%7B+%3Fe+skos:prefLabel+%3Flabel+%7D+LIMIT+5",
}  # fmt: skip


@pytest.fixture(scope="module")
def garden(tmp_path_factory: pytest.TempPathFactory) -> kg.Graph:
    return make_garden(tmp_path_factory.mktemp("garden") / "graph")


@pytest.fixture(scope="module")
def site(garden: kg.Graph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("garden") / "site"
    garden.site(folder, title="A garden of papers")
    return folder


@pytest.fixture(scope="module")
def server(garden: kg.Graph) -> Iterator[str]:
    command = [sys.executable, "-m", "kg", "serve", "-g", str(garden.folder.path), "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        line = process.stderr.readline()
        found = re.search(r"http://\S+/(?= )", line)
        assert found, line
        yield found.group()
        process.terminate()
        process.communicate(timeout=30)


def kinds(garden: kg.Graph) -> dict[str, str]:
    """One page of each kind."""
    hostile = next(p for p in garden.index.papers() if HOSTILE[:12] in p.title)
    plain = next(p for p in garden.index.papers() if p.title.startswith("On "))
    return {
        "home": "index.html", "entity": FERN, "paper": f"{paper_file(plain.iri)}.html", "fields": "fields.html",
        "field": "field/0.html", "entities": "entities/1.html", "papers": "papers/1.html",
        "vocabulary": "vocabulary/method.html", "search": "search.html?q=fern",
        "hostile": f"{paper_file(hostile.iri)}.html",
    }  # fmt: skip


@contextmanager
def opened(browser: Browser, address: str, *, width: int = 1280, bad: bool = False, **context: Any) -> Iterator[Page]:
    """A page; at the end: it asked nobody else, and the console stayed silent."""
    own = re.match(r"file://|http://127\.0\.0\.1:\d+/", address)
    assert own is not None
    # A page that says "not found" is itself one that the console reports.
    forgiven = "404" if bad else None
    with watched(browser, address, own=own.group(), forgiven=forgiven, width=width, height=860, **context) as tab:
        yield tab


def check(tab: Page, axe: Path, width: int) -> None:
    """Nothing keeps a person from using the page, and it is no wider than its window."""
    tab.add_script_tag(path=axe)
    rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
    found = tab.evaluate("(rules) => axe.run(document, { runOnly: rules, preload: false })", rules)
    assert [(tab.url, v["id"], v["nodes"][0]["html"]) for v in found["violations"]] == []
    assert tab.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_each_kind_of_page_of_a_site_serves_everyone(
    browser: Browser, axe: Path, garden: kg.Graph, site: Path, artefacts: Path, scheme: str, width: int
) -> None:
    for name, path in kinds(garden).items():
        address = f"{site.as_uri()}/{path}"
        with opened(browser, address, width=width, color_scheme=scheme, bypass_csp=True) as tab:
            if name == "search":
                tab.locator("#found .list").first.wait_for()
            tab.screenshot(path=artefacts / f"site-{name}-{scheme}-{width}.png", full_page=True)
            check(tab, axe, width)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_each_kind_of_page_of_the_server_serves_everyone(
    browser: Browser, axe: Path, server: str, artefacts: Path, scheme: str, width: int
) -> None:
    for name, path in SERVED.items():
        with opened(
            browser, server + path, width=width, bad=name == "nothing", color_scheme=scheme, bypass_csp=True
        ) as tab:
            tab.screenshot(path=artefacts / f"serve-{name}-{scheme}-{width}.png", full_page=True)
            check(tab, axe, width)


def test_the_search_of_a_site_finds_offline_what_one_types(browser: Browser, site: Path) -> None:
    with opened(browser, f"{site.as_uri()}/index.html") as tab:
        tab.get_by_role("combobox", name="Find entities and papers").fill("amber fe")
        first = tab.get_by_role("option").first
        first.wait_for()
        assert first.inner_text().startswith("Amber Fern")
        tab.keyboard.press("ArrowDown")
        assert first.get_attribute("aria-selected") == "true"
        tab.keyboard.press("Enter")
        tab.wait_for_url(f"**/{FERN}")
        assert tab.locator("h1").inner_text() == "Amber Fern"


def test_the_search_page_tells_how_many_it_found(browser: Browser, site: Path) -> None:
    with opened(browser, f"{site.as_uri()}/{FERN}") as tab:
        tab.get_by_role("combobox").fill("BIRCHLIKE moss")
        tab.keyboard.press("Enter")
        tab.wait_for_url("**/search.html?q=*")
        tab.locator("#found .list").first.wait_for()
        assert tab.get_by_role("status").inner_text() == "1 match"
        assert tab.locator("#found a").all_inner_texts() == ["Birch Moss"]
    with opened(browser, f"{site.as_uri()}/search.html?q=quagga") as tab:
        tab.get_by_text("No name and no title here holds all of these words").wait_for()


def test_a_hostile_title_is_text_in_the_search_too(browser: Browser, site: Path) -> None:
    with opened(browser, f"{site.as_uri()}/search.html?q=right+to+left") as tab:
        tab.locator("#found .list").first.wait_for()
        text = tab.locator("#found").inner_text()
        assert "</script><img src=x onerror=alert(1)>" in text and "\u202e" not in text
        assert tab.locator("main img").count() == 0


def test_the_server_suggests_too(browser: Browser, server: str) -> None:
    with opened(browser, server) as tab:
        tab.get_by_role("combobox", name="Find entities and papers").fill("cedar mo")
        first = tab.get_by_role("option").first
        first.wait_for()
        assert first.inner_text().startswith("Cedar Moss")
        first.click()
        tab.wait_for_url("**/entity/cedar-moss")


def test_a_site_is_walked_by_keyboard(browser: Browser, site: Path) -> None:
    with opened(browser, f"{site.as_uri()}/{FERN}") as tab:
        tab.keyboard.press("Tab")
        assert tab.evaluate("document.activeElement.textContent") == "Skip to the content"
        tab.keyboard.press("Enter")
        assert tab.evaluate("document.activeElement.id") == "main"
        reached = set()
        for _ in range(60):
            tab.keyboard.press("Tab")
            reached.add(tab.evaluate("document.activeElement.getAttribute('href') ?? ''"))
        every = set(tab.locator("main a").evaluate_all("(all) => all.map((a) => a.getAttribute('href'))"))
        assert len(every & reached) >= min(len(every), 40)
        tab.locator("#theme").focus()
        tab.keyboard.press("Enter")
        assert tab.evaluate("document.documentElement.dataset.theme") == "dark"
        tab.locator("a.home").press("Enter")
        tab.wait_for_url("**/index.html")
        assert tab.evaluate("document.documentElement.dataset.theme") == "dark"


def test_without_javascript_a_site_can_be_read(browser: Browser, site: Path) -> None:
    with opened(browser, f"{site.as_uri()}/{FERN}", java_script_enabled=False) as tab:
        assert tab.locator("mark").first.inner_text() == "Amber Fern"
        assert tab.locator("#theme").is_hidden()
        tab.goto(f"{site.as_uri()}/search.html")
        assert "needs JavaScript" in tab.locator("main").inner_text()


def test_the_map_of_a_site_opens(browser: Browser, site: Path) -> None:
    with opened(browser, f"{site.as_uri()}/map.html") as tab:
        tab.wait_for_function("() => window.kgMap !== undefined")
        assert "concepts" in tab.locator("#status").inner_text()
