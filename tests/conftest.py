"""What all tests share."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of shared test data: ``KG_TEST_DATA``, else ``shared`` beside the checkout."""
    root = Path(os.environ.get("KG_TEST_DATA") or Path(__file__).resolve().parents[2] / "shared")
    if not (root / "corpus").is_dir():
        pytest.fail(f"{root}: no shared test data there; set KG_TEST_DATA to its folder")
    return root


@pytest.fixture(scope="session")
def demo_graph(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The graph that ``kg demo`` builds, with its ``exports`` beside it; made once for all tests, to be read only."""
    from filelock import FileLock
    from helpers_cli import process

    # Workers of pytest-xdist have each a folder in that of the run.
    alone = "PYTEST_XDIST_WORKER" not in os.environ
    folder = (tmp_path_factory.getbasetemp() if alone else tmp_path_factory.getbasetemp().parent) / "demo"
    with FileLock(f"{folder}.lock"):
        if not (folder / "done").is_file():
            folder.mkdir(exist_ok=True)
            ran = process("demo", "-g", "demo", cwd=folder)
            assert ran.code == 0, ran.err
            (folder / "done").touch()
    return folder / "demo"


@pytest.fixture(scope="session")
def axe(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The script of axe-core, which finds what keeps people from using a page: ``KG_AXE``, else installed by npm."""
    if given := os.environ.get("KG_AXE"):
        return Path(given)
    npm = shutil.which("npm")
    if npm is None:
        pytest.fail("npm is missing: install Node.js, or set KG_AXE to the path of axe.min.js")
    folder = tmp_path_factory.mktemp("axe")
    subprocess.run(
        [npm, "install", "--no-save", "--no-audit", "--no-fund", "--prefix", folder, "axe-core@4"],
        check=True, capture_output=True, timeout=300,
    )  # fmt: skip
    return folder / "node_modules" / "axe-core" / "axe.min.js"
