"""What tests in a real browser share: a page that is watched, and the made-up graphs of the view's tests."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

__all__ = ["ARGUMENTS", "load_graphs", "settle", "watched"]

#: A browser that asks nobody for anything of its own accord.
ARGUMENTS = [
    "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-first-run",
]  # fmt: skip


@contextmanager
def watched(
    browser: Browser,
    address: str,
    *,
    own: str = "file://",
    ready: str | None = None,
    forgiven: str | None = None,
    width: int = 1280,
    height: int = 800,
    **context: Any,
) -> Iterator[Page]:
    """A page in the browser; at the end: it asked nobody else, the console stayed silent, and no text ran as a script.

    :param own: how addresses begin that it may ask for, beside what it holds itself
    :param ready: a name of its window that is there once it stands
    :param forgiven: a part of what the console may say
    :param context: as ``Browser.new_context``
    """
    made = browser.new_context(viewport={"width": width, "height": height}, **{"reduced_motion": "reduce", **context})
    asked: list[str] = []
    said: list[str] = []

    def note(route: Any) -> None:
        asked.append(route.request.url)
        route.continue_()

    made.route("**/*", note)
    tab = made.new_page()
    tab.set_default_timeout(20_000)
    tab.on("console", lambda message: said.append(f"{message.type}: {message.text}"))
    tab.on("pageerror", lambda error: said.append(f"error: {error}"))
    tab.goto(address)
    scripts = context.get("java_script_enabled", True)
    if ready and scripts:
        tab.wait_for_function(f"() => window.{ready} !== undefined")
        settle(tab)
    yield tab
    if scripts:
        assert tab.evaluate("window.hacked") is None
    assert [url for url in asked if not url.startswith((own, "data:", "blob:"))] == []
    assert [text for text in said if forgiven is None or forgiven not in text] == []
    made.close()


def settle(tab: Page) -> None:
    """Waits until what was asked for is drawn."""
    tab.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def load_graphs() -> Any:
    """The module of made-up graphs, which stands among the tests of the view."""
    spec = importlib.util.spec_from_file_location("graphs", Path(__file__).parent / "view" / "graphs.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
