"""The commands of README run as they stand there."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from helpers_cli import ROOT, environment

README = ROOT / "README.md"
_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# README stands a user's own files for these: the test gives it such files.
PAPERS = [
    {"id": f"r{n}", "title": f"We fine-tune BERT with LoRA, part {n}", "abstract": "On GLUE and SQuAD."}
    for n in range(3)
]


def commands(text: str) -> list[str]:
    """The lines of code blocks that call ``kg``, with those that continue them; output and the like left out."""
    found: list[str] = []
    for language, block in _BLOCK.findall(text):
        if language not in ("", "console", "bash", "sh", "shell"):
            continue
        for line in re.sub(r"\\\n\s*", "", block).splitlines():
            prompt = re.match(r"(?:\$ )?((?:\.venv/bin/)?kg(?: .*)?)$", line)
            if prompt and (language != "console" or line.startswith("$ ")):
                found.append(prompt.group(1).removeprefix(".venv/bin/"))
    return found


def shown(text: str) -> list[tuple[str, list[str]]]:
    """The commands of console blocks behind which README shows what they print, with those lines."""
    found: list[tuple[str, list[str]]] = []
    for language, block in _BLOCK.findall(text):
        if language == "console":
            for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
                command, *output = part.splitlines()
                if any(map(str.strip, output)):
                    found.append((command, output))
    return found


COMMANDS = commands(README.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def scratch(demo_graph: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as README's reader has it: after the demo, with papers of their own."""
    folder = tmp_path_factory.mktemp("readme")
    shutil.copytree(demo_graph, folder / "kg-graph")
    lines = "".join(json.dumps(p) + "\n" for p in PAPERS)
    (folder / "arxiv").mkdir()
    (folder / "arxiv" / "one.jsonl").write_text(lines)
    subprocess.run(["gzip", str(folder / "arxiv" / "one.jsonl")], check=True)
    (folder / "papers.jsonl").write_text(lines)
    for name in ("papers.bib", "library.bib"):
        (folder / name).write_text("@misc{a, title={Ferns and BERT}, year={2020}}")
    shutil.copy(ROOT / "tests" / "e2e" / "fixtures" / "page.txt", folder / "daily-papers.txt")
    # `kg` as README calls it, whichever environment the tests run in.
    (folder / "bin").mkdir()
    (folder / "bin" / "kg").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m kg "$@"\n')
    (folder / "bin" / "kg").chmod(0o755)
    return folder


def test_readme_shows_the_commands() -> None:
    assert len(COMMANDS) >= 8
    assert {command.split()[1] for command in COMMANDS} >= {"show", "query", "view", "export", "build"}


def test_output_and_comments_are_no_commands() -> None:
    shell = "```console\n$ kg stats\nkg is printed\n```\n```bash\nkg demo \\\n  -g x\n# kg no\n```\n"
    text = f"{shell}```python\nkg.open()\n```\n"
    assert commands(text) == ["kg stats", "kg demo -g x"]


@pytest.mark.parametrize(("command", "output"), shown(README.read_text(encoding="utf-8")))
def test_readme_shows_what_the_command_prints(scratch: Path, command: str, output: list[str]) -> None:
    path = f"{scratch / 'bin'}:/usr/local/bin:/usr/bin:/bin"
    done = subprocess.run(
        ["sh", "-c", command], cwd=scratch, capture_output=True, text=True, timeout=300, env=environment(PATH=path)
    )
    assert [line.rstrip() for line in done.stdout.strip().splitlines()] == [line.rstrip() for line in output]


def test_readme_shows_output() -> None:
    assert len(shown(README.read_text(encoding="utf-8"))) >= 2


@pytest.mark.slow
@pytest.mark.parametrize("command", COMMANDS)
def test_the_command_runs(scratch: Path, command: str) -> None:
    path = f"{scratch / 'bin'}:/usr/local/bin:/usr/bin:/bin"
    done = subprocess.run(
        ["sh", "-c", command], cwd=scratch, capture_output=True, text=True, timeout=300, env=environment(PATH=path)
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
