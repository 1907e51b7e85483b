"""What the tests in a real browser share."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers_browser import ARGUMENTS
from playwright.sync_api import Browser, sync_playwright


# Not for all modules at once: as long as it lives, nothing else may run an event loop in this thread.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium: ``KG_CHROMIUM``, else Debian's."""
    with sync_playwright() as playwright:
        path = os.environ.get("KG_CHROMIUM", "/usr/bin/chromium")
        chromium = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def artefacts() -> Path:
    """Where screenshots are kept: ``KG_ARTEFACTS``, else ``artefacts`` in the checkout."""
    folder = Path(os.environ.get("KG_ARTEFACTS") or Path(__file__).parents[2] / "artefacts" / "screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    return folder
