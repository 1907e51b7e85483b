"""The rules of the shape: who may import whom, what loads when, how large a module is, what is public."""

from __future__ import annotations

import ast
import importlib
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "kg"
MODULES = sorted(PACKAGE.rglob("*.py"))

SHARED = {"model", "iri", "errors", "settings", "resources", "records", "vocabulary"}
EVERYTHING = {path.stem if path.is_file() else path.name for path in PACKAGE.iterdir()} - {"__init__", "__pycache__"}

# Room -> the rooms that it may import from. A room is a folder of kg/ or a module beside them.
ALLOWED: dict[str, set[str]] = {
    "model": set(),
    "errors": set(),
    "settings": set(),
    "resources": set(),
    "iri": set(),
    "records": {"model"},
    "filters": SHARED | {"store"},
    "sources": SHARED,
    "vocabulary": SHARED,
    "extract": SHARED,
    "resolve": SHARED,
    "store": SHARED | {"resolve"},
    "engine": SHARED | {"sources", "extract", "resolve", "store"},
    "describe": SHARED | {"store"},
    "query": SHARED | {"store"},
    "analyze": SHARED | {"store"},
    "plot": SHARED | {"store", "analyze"},
    "report": SHARED | {"store", "analyze", "plot", "view", "__init__"},
    "view": SHARED | {"store", "query", "analyze", "describe"},
    # One set of templates for what `kg serve` sends and what `kg site` writes.
    "pages": SHARED | {"store", "query", "describe", "view"},
    "notebook": {"describe", "pages"},
    "serve": SHARED | {"store", "query", "analyze", "view", "export", "describe", "filters", "graph", "pages"},
    "site": SHARED | {"store", "query", "analyze", "view", "export", "describe", "pages", "report"},
    "export": SHARED | {"store", "query", "analyze"},
    "exchange": SHARED | {"extract", "resolve", "store", "query", "export"},
    "trust": SHARED | {"store"},
    "evaluate": SHARED | {"extract"},
    "train": SHARED | {"extract", "evaluate"},
    "sample": set(),
    "build": EVERYTHING - {"graph", "serve", "cli"},
    "graph": EVERYTHING - {"serve", "cli"},
    "cli": EVERYTHING,
    "__main__": {"cli"},
    "__init__": {"graph", "filters"},
}

HEAVY = (
    "spacy",
    "networkx",
    "scipy",
    "numpy",
    "rdflib",
    "pyoxigraph",
    "jinja2",
    "pyvis",
    "rich",
    "pandas",
    "lxml",
    "matplotlib",
    "pyarrow",
    "pyspark",
)
LONGEST = 400


def room_of(path: Path) -> str:
    """The room that a file of the package belongs to."""
    inside = path.relative_to(PACKAGE)
    return inside.parts[0] if len(inside.parts) > 1 else path.stem


def imported(source: str, package: tuple[str, ...]) -> Iterator[tuple[str, int]]:
    """The rooms that a module of that package imports anywhere in it, with the line."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            base = ".".join((*above, *([node.module] if node.module else [])))
            names = [f"kg.{alias.name}" for alias in node.names] if base == "kg" else [base]
        else:
            continue
        for name in names:
            parts = name.split(".")
            if parts[0] == "kg" and len(parts) > 1 and parts[1] in EVERYTHING:
                yield parts[1], node.lineno


def dotted(path: Path) -> str:
    """A file's module name."""
    parts = ("kg", *path.relative_to(PACKAGE).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def test_every_room_has_a_place_in_the_table() -> None:
    assert sorted({room_of(path) for path in MODULES} - set(ALLOWED)) == []


def test_imports_run_one_way() -> None:
    breaches = [
        f"{path.relative_to(PACKAGE.parent)}:{line} imports kg.{target}"
        for path in MODULES
        for target, line in imported(path.read_text(encoding="utf-8"), ("kg", *path.relative_to(PACKAGE).parts[:-1]))
        if target != room_of(path) and target not in ALLOWED[room_of(path)]
    ]
    assert breaches == []


def test_the_check_sees_imports_of_every_form_anywhere() -> None:
    source = "def f():\n    from kg import build\n    import kg.cli.main\n    from ..graph import open_graph\n"
    assert list(imported(source, ("kg", "sources"))) == [("build", 2), ("cli", 3), ("graph", 4)]


@pytest.mark.parametrize("module", ["kg", "kg.graph", "kg.cli"])
def test_importing_it_loads_nothing_heavy(module: str) -> None:
    code = f"import sys, {module}; print(*sorted({{name.split('.')[0] for name in sys.modules}}))"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=PACKAGE.parent
    )
    assert set(loaded.stdout.split()) & set(HEAVY) == set()


def test_a_module_reads_in_one_sitting() -> None:
    lengths = {dotted(path): len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}
    assert {name: length for name, length in lengths.items() if length > LONGEST} == {}


@pytest.mark.parametrize("name", [dotted(path) for path in MODULES if path.name != "__main__.py"])
def test_every_public_name_exists(name: str) -> None:
    module = importlib.import_module(name)
    assert [public for public in module.__all__ if not hasattr(module, public)] == []


def test_no_test_imports_from_a_conftest() -> None:
    # There is one in many folders, and the name means whichever was read first; helpers_*.py hold what is imported.
    named = re.compile(r"^\s*(from|import) conftest\b", re.MULTILINE)
    assert [str(path) for path in Path(__file__).parent.rglob("*.py") if named.search(path.read_text("utf-8"))] == []
