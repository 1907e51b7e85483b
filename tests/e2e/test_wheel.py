"""The wheel, installed in a clean environment outside the checkout, does what the checkout does."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from helpers_cli import ROOT

pytestmark = pytest.mark.slow


def _run(*command: str | Path, cwd: Path, **variables: str) -> str:
    # Nothing of the checkout or of the environment of the tests may be found by accident.
    env = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "KG_", "VIRTUAL_ENV"))} | variables
    done = subprocess.run(list(map(str, command)), cwd=cwd, env=env, capture_output=True, text=True, timeout=1500)
    assert done.returncode == 0, f"{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy of what is in the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    shutil.copytree(
        ROOT, source, ignore=shutil.ignore_patterns(".*", "dist", "build", "kg-graph", "__pycache__", "artefacts")
    )
    _run(sys.executable, "-m", "build", "--wheel", "--outdir", folder, source, cwd=folder)
    (found,) = folder.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def kg(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program in a clean environment with its dependencies: pinned where the pins stand in the checkout."""
    folder = tmp_path_factory.mktemp("clean")
    _run(sys.executable, "-m", "venv", folder / "venv", cwd=folder)
    pins: list[str | Path] = ["-c", ROOT / "constraints.txt"] if (ROOT / "constraints.txt").is_file() else []
    python = folder / "venv" / "bin" / "python"
    _run(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *pins, wheel, cwd=folder)
    return folder / "venv" / "bin" / "kg"


def test_the_wheel_holds_what_the_product_needs_and_no_tests(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    for part in (
        "kg/py.typed", "kg/sample/papers.jsonl", "kg/ontology/kg.ttl", "kg/ontology/shapes.ttl",
        "kg/ontology/context.jsonld", "kg/ontology/queries/papers-using.rq",
    ):  # fmt: skip
        assert part in names
    assert any(name.startswith("kg/ontology/vocabulary/") and name.endswith(".ttl") for name in names)
    assert any(name.startswith("kg/view/") and name.endswith((".html", ".j2", ".jinja")) for name in names)
    for part in ("LICENSE", "NOTICE"):
        assert any(name.endswith(f".dist-info/licenses/{part}") for name in names)
    assert [n for n in names if n.split("/")[0] in ("tests", "benchmarks", "docs") or "__pycache__" in n] == []
    shipped = {p.relative_to(ROOT).as_posix() for p in (ROOT / "ontology").rglob("*") if p.is_file()}
    assert {n.removeprefix("kg/") for n in names if n.startswith("kg/ontology/")} == shipped


def test_the_installed_program_does_the_main_job(kg: Path, tmp_path: Path) -> None:
    said = _run(kg, "demo", cwd=tmp_path)
    assert "The strongest bridges" in said
    assert (tmp_path / "exports" / "demo.html").stat().st_size > 100_000
    assert (tmp_path / "exports" / "demo.ttl").is_file()
    assert '"label":"LoRA"' in _run(kg, "show", "LoRA", cwd=tmp_path)
    assert "papers-using" in _run(kg, "query", "--list", cwd=tmp_path)
    _run(kg, "vocab", "check", cwd=tmp_path)


def test_it_runs_from_there_and_says_which_version_it_is(kg: Path, wheel: Path, tmp_path: Path) -> None:
    code = "import kg, pathlib; print(pathlib.Path(kg.__file__).parent)"
    place = _run(kg.with_name("python"), "-c", code, cwd=tmp_path).strip()
    assert Path(place).is_relative_to(kg.parents[1])
    assert _run(kg, "--version", cwd=tmp_path).strip() == f"kg, version {wheel.name.split('-')[1]}"
