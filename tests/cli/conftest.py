"""The command line in this process: the same code that the program runs, without its start."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest
from helpers_cli import Command, Ran
from helpers_papers import write_vocabulary

from kg.cli.main import run


@pytest.fixture
def kg(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """``kg`` in a scratch folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("KG_GRAPH", raising=False)
    monkeypatch.setenv("KG_TRACEBACK", "1")

    def command(*arguments: str | Path, stdin: bytes = b"") -> Ran:
        capsys.readouterr()
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"))
        monkeypatch.setattr(sys, "argv", ["kg", *map(str, arguments)])
        code = run([str(a) for a in arguments])
        return Ran(code, *capsys.readouterr())

    return command


@pytest.fixture
def small(tmp_path: Path) -> tuple[str, ...]:
    """Options of ``kg build`` for a vocabulary of a few invented names, which builds in no time."""
    return ("--no-builtin", "--vocabulary", write_vocabulary(tmp_path / "small.ttl"))
