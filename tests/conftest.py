"""What all tests share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of shared test data: ``KG_TEST_DATA``, else ``shared`` beside the checkout."""
    root = Path(os.environ.get("KG_TEST_DATA") or Path(__file__).resolve().parents[2] / "shared")
    if not (root / "corpus").is_dir():
        pytest.fail(f"{root}: no shared test data there; set KG_TEST_DATA to its folder")
    return root
