"""The pages that ``kg demo`` and ``kg view`` write, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from helpers_browser import settle, watched
from helpers_cli import process
from helpers_papers import write_lines, write_vocabulary
from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

LORA = "https://w3id.org/kg-papers/concept/lora"
HOSTILE = [
    "<script>window.hacked = 1</script> and Lantern",
    "\"><img src=x onerror='window.hacked = 1'> Lantern",
    "</script><script>window.hacked = 1</script> Lantern",
    "'; window.hacked = 1; // `${window.hacked = 1}` Lantern",
]


@contextmanager
def opened(browser: Browser, path: Path) -> Iterator[Page]:
    """The page in the browser; at the end: nothing but the file was asked for, and the console stayed silent."""
    with watched(browser, path.as_uri(), ready="kgPage") as tab:
        yield tab


def click(tab: Page, iri: str) -> None:
    """Clicks on a node where it is drawn."""
    settle(tab)
    at = tab.evaluate("(iri) => kgPage.nodePosition(iri)", iri)
    tab.mouse.click(at["x"], at["y"])


def test_the_demo_page_opens_offline_and_its_nodes_answer_to_the_mouse(browser: Browser, demo_graph: Path) -> None:
    with opened(browser, demo_graph.parent / "exports" / "demo.html") as tab:
        shown = tab.evaluate("() => kgPage.shown()")
        assert len(shown) >= 50
        # One that nothing covers: the first node is the one in most papers.
        click(tab, shown[0])
        panel = tab.locator("#panel")
        panel.wait_for()
        assert panel.locator("h2").inner_text()
        assert panel.locator("mark").count() > 0


def test_a_focus_is_open_with_its_evidence(browser: Browser, demo_graph: Path, tmp_path: Path) -> None:
    ran = process("view", "-g", str(demo_graph), "--focus", "LoRA", "-o", "lora.html", cwd=tmp_path)
    assert ran.code == 0
    with opened(browser, tmp_path / "lora.html") as tab:
        assert tab.locator("#panel h2").inner_text() == "LoRA"
        assert "LoRA" in tab.locator("#panel mark").all_inner_texts()
        assert LORA in tab.evaluate("() => kgPage.shown()")


def test_hostile_titles_are_shown_as_text(browser: Browser, tmp_path: Path) -> None:
    records = [{"title": title, "abstract": "We train Lantern on FernBank."} for title in HOSTILE]
    vocabulary = write_vocabulary(tmp_path / "small.ttl")
    papers = write_lines(tmp_path / "hostile.jsonl", records)
    assert process("build", papers, "--no-builtin", "--vocabulary", vocabulary, cwd=tmp_path).code == 0
    assert process("view", "--focus", "Lantern", "-o", "hostile.html", cwd=tmp_path).code == 0
    with opened(browser, tmp_path / "hostile.html") as tab:
        panel = tab.locator("#panel")
        panel.wait_for()
        said = panel.inner_text()
        assert "<script>window.hacked = 1</script> and Lantern" in said
        assert panel.locator("img, script").count() == 0
