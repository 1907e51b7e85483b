"""Bad input: one line with file, position and reason; the rest of the work is done; the exit code tells."""

from __future__ import annotations

import gzip
import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from helpers_cli import Command
from helpers_papers import write_lines

from kg.store import GraphFolder

GOOD = {"id": "good", "title": "Lantern light in ferns", "abstract": "We train Lantern on FernBank."}


def _lines(count: int, broken: int = 0) -> list[str]:
    """Records a line, the one of that number broken."""
    return [
        json.dumps({"id": f"n{n}", "title": f"Number {n} of the ferns"})[: -2 if n == broken else None]
        for n in range(1, count + 1)
    ]


def _truncated() -> bytes:
    whole = gzip.compress("\n".join(_lines(800)).encode())
    return whole[: len(whole) // 2]


BOMB = (
    '<?xml version="1.0"?>\n<!DOCTYPE feed [<!ENTITY a0 "ha">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    + ']>\n<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>http://arxiv.org/abs/2101.00001v1</id>'
    "<title>&a9;</title></entry></feed>"
)

# Name of the file, its content, what the line says after the name, how many papers of it can be read all the same.
BAD: dict[str, tuple[str, bytes, str, int]] = {
    "an empty file": ("void.jsonl", b"", ": an empty file", 0),
    "a file of blanks": ("blank.txt", b" \n\n \n", ": an empty file", 0),
    "a binary file": ("picture.bib", bytes(range(256)) * 40, ": a binary file, not text", 0),
    "a truncated gzip": ("cut.jsonl.gz", _truncated(), ": the gzip data ends before its end mark", 1),
    "invalid UTF-8": (
        "latin.jsonl", b'{"title": "First of the ferns"}\n{"title": "Caf\xe9 of the ferns"}\n',
        ":2: no UTF-8 at byte", 2,
    ),
    "JSON Lines broken on line 7": ("seven.jsonl", "\n".join(_lines(9, 7)).encode(), ":7: no JSON", 8),
    "a JSON array broken on line 7": (
        "seven.json", ("[\n" + ",\n".join(_lines(8, 6)) + "\n]").encode(),
        ":6: broken JSON at line 7", 7,
    ),
    "a BibTeX entry without title": (
        "two.bib", b"@article{whole,\n  title = {Ferns by night}\n}\n\n@article{partial,\n  year = 2020\n}\n",
        ":5: partial: an entry without title", 1,
    ),
    "a BibTeX entry that never ends": (
        "open.bib", b"@article{whole,\n  title = {Ferns by night}\n}\n@article{open,\n  title = {Ferns by",
        ":4: ", 1,
    ),
    "a page without papers": ("page.txt", b"Hugging Face\nModels\nSpaces\nDaily Papers\nSubscribe\n", ": a page", 0),
    "an HTML page without papers": (
        "page.html", b"<!DOCTYPE html><html><title>Daily Papers - Hugging Face</title><h1>Daily Papers</h1></html>",
        ": a page without papers", 0,
    ),
    "an XML bomb": ("bomb.xml", BOMB.encode(), ": refused: XML with a document type", 0),
    "prose": ("diary.txt", b"Dear diary,\ntoday I watered the ferns.\n", ": of no known format", 0),
    "a CSV row that never ends": ("open.csv", b'title,abstract\nFerns,Good\n"unclosed,ferns\n', ":3: ", 1),
}  # fmt: skip


@pytest.fixture(params=BAD.values(), ids=list(BAD))
def bad(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, str, int]:
    """A bad file: its name, what is said of it, how many papers it gives."""
    name, content, said, papers = request.param
    (tmp_path / name).write_bytes(content)
    return name, said, papers


def test_it_is_told_and_the_rest_is_built(
    kg: Command, tmp_path: Path, small: tuple[str, ...], bad: tuple[str, str, int]
) -> None:
    name, said, papers = bad
    good = write_lines(tmp_path / "good.jsonl", [GOOD])
    ran = kg("build", "-q", name, good, *small)
    assert ran.code == 1
    assert ran.message.startswith(name + said)
    (found,) = kg("stats").rows
    # How far the cut file was read is a matter of where the cut is.
    assert found["papers"] > papers if name == "cut.jsonl.gz" else found["papers"] == papers + 1
    assert kg("show", "Lantern").code == 0


def test_it_is_told_by_extract_too(
    kg: Command, tmp_path: Path, small: tuple[str, ...], bad: tuple[str, str, int]
) -> None:
    name, said, papers = bad
    ran = kg("extract", name, *small)
    assert ran.code == (1 if papers else 2)
    assert ran.message.startswith(name + said)
    assert len(ran.rows) >= papers


@pytest.mark.parametrize("which", [name for name, (*_, papers) in BAD.items() if not papers])
def test_alone_it_is_unusable(kg: Command, tmp_path: Path, small: tuple[str, ...], which: str) -> None:
    name, content, said, _ = BAD[which]
    (tmp_path / name).write_bytes(content)
    ran = kg("build", name, *small)
    assert ran.code == 2
    assert ran.message.startswith(f"no paper found: {name}{said}")


def test_a_graph_that_exists_stays_as_it_was(kg: Command, tmp_path: Path, small: tuple[str, ...]) -> None:
    good = write_lines(tmp_path / "good.jsonl", [GOOD])
    assert kg("build", good, *small).code == 0
    before = (tmp_path / "kg-graph" / "CURRENT").read_bytes()
    (tmp_path / "void.bib").touch()
    for source in ("void.bib", "missing.bib"):
        ran = kg("build", source)
        assert ran.code == 2
        assert ran.message.startswith(f"no paper found: {source}: ")
    assert (tmp_path / "kg-graph" / "CURRENT").read_bytes() == before
    # A record that was bad the first time is bad the second time, and is told again.
    (tmp_path / "mixed.jsonl").write_text("\n".join(_lines(3, 2)))
    first, second = kg("build", "mixed.jsonl"), kg("build", "mixed.jsonl")
    assert (first.code, second.code) == (1, 1)
    assert second.err.splitlines()[0] == first.err.splitlines()[0]
    assert second.err.splitlines()[1] == "Nothing new: kg-graph holds 3 papers."


@pytest.mark.parametrize(
    ("source", "said"),
    [("missing.bib", "no such file or folder"), ("*.nothing", "no file fits this pattern"),
     ("empty", "a folder without files to read")],
)  # fmt: skip
def test_a_source_that_is_not_there_leaves_no_graph_behind(kg: Command, tmp_path: Path, source: str, said: str) -> None:
    (tmp_path / "empty").mkdir()
    ran = kg("build", source)
    assert ran.code == 2
    assert ran.message == f"no paper found: {source}: {said}"
    assert not (tmp_path / "kg-graph").exists()


def test_many_problems_are_listed_in_part_and_in_full(kg: Command, tmp_path: Path, small: tuple[str, ...]) -> None:
    lines = ["{broken"] * 30 + [json.dumps(GOOD)]
    (tmp_path / "many.jsonl").write_text("\n".join(lines))
    ran = kg("build", "-q", "many.jsonl", *small)
    assert ran.code == 1
    assert len(ran.err.splitlines()) == 21
    assert ran.err.splitlines()[-1] == "kg: … and 10 more problems; -v lists all"
    told = kg("build", "-v", "many.jsonl", *small).err.splitlines()
    assert [line.split(": ")[1] for line in told if line.startswith("kg: many")] == [
        f"many.jsonl:{n}" for n in range(1, 31)
    ]


def test_a_folder_that_holds_the_graph_itself_is_read_without_it(
    kg: Command, tmp_path: Path, small: tuple[str, ...]
) -> None:
    (tmp_path / "papers").mkdir()
    write_lines(tmp_path / "papers" / "good.jsonl", [GOOD])
    assert kg("build", "papers", "-g", "papers/graph", *small).code == 0
    again = kg("build", "papers", "-g", "papers/graph")
    assert (again.code, again.err) == (0, "Nothing new: papers/graph holds 1 paper.\n")


def _foreign(path: Path) -> None:
    path.mkdir()
    (path / "thesis.tex").write_text("mine")


def _newer(path: Path) -> None:
    path.mkdir()
    (path / "kg.json").write_text('{"format": "kg graph", "schema": 99}')


def _garbled(path: Path) -> None:
    path.mkdir()
    (path / "kg.json").write_text("{")


def _file(path: Path) -> None:
    path.write_text("mine")


@pytest.mark.parametrize(
    ("make", "said"),
    [(_foreign, "is not a kg graph (no kg.json in it)"), (_newer, "is a graph of schema 99, and this version of kg"),
     (_garbled, "kg.json cannot be read"), (_file, "is a file, not a graph folder")],
)  # fmt: skip
@pytest.mark.parametrize(
    "command",
    [["stats"], ["build", "good.jsonl"], ["demo"], ["vocab", "list"], ["query", "ASK {}"], ["export"]],
    ids=str,
)
def test_a_folder_that_is_no_graph_of_ours_is_left_alone(
    kg: Command, tmp_path: Path, make: Callable[[Path], None], said: str, command: list[str]
) -> None:
    write_lines(tmp_path / "good.jsonl", [GOOD])
    make(tmp_path / "there")
    before = {p: p.read_bytes() for p in (tmp_path / "there").rglob("*")}
    ran = kg(*command, "-g", "there")
    assert (ran.code, ran.out) == (2, "")
    assert ran.message.startswith(f"there: {said}")
    assert {p: p.read_bytes() for p in (tmp_path / "there").rglob("*")} == before


def test_a_graph_in_a_folder_that_is_a_file_cannot_be(kg: Command, tmp_path: Path) -> None:
    write_lines(tmp_path / "good.jsonl", [GOOD])
    (tmp_path / "afile").write_text("mine")
    ran = kg("build", "good.jsonl", "-g", "afile/graph")
    assert ran.code == 2
    assert ran.message.startswith("afile/graph: cannot be written (")


def test_a_graph_of_another_schema_can_be_replaced(kg: Command, tmp_path: Path, small: tuple[str, ...]) -> None:
    good = write_lines(tmp_path / "good.jsonl", [GOOD])
    _newer(tmp_path / "there")
    assert kg("build", "--replace", good, "-g", "there", *small).code == 0
    assert kg("stats", "-g", "there").rows[0]["papers"] == 1


@pytest.mark.parametrize("part", ["index.sqlite", "store", "mentions", "manifest.json"])
@pytest.mark.parametrize("harm", ["gone", "garbled"])
def test_a_damaged_graph_says_so_and_how_to_mend_it(
    kg: Command, tmp_path: Path, small: tuple[str, ...], part: str, harm: str
) -> None:
    good = write_lines(tmp_path / "good.jsonl", [GOOD])
    assert kg("build", good, *small).code == 0
    place = GraphFolder(tmp_path / "kg-graph").current().path / part
    for file in [place] if place.is_file() else [f for f in place.iterdir() if f.is_file()]:
        file.unlink() if harm == "gone" else file.write_bytes(b"no longer what it was\n" * 9)
    ran = kg("stats") if part == "manifest.json" else kg("show", "Lantern")
    assert (ran.code, ran.out) == (2, "")
    assert ran.message.startswith("kg-graph: ")
    assert "damaged" in ran.message
    assert "kg build --replace" in ran.message
    assert kg("build", "--replace", good, *small).code == 0
    assert kg("show", "Lantern").code == 0


def test_an_index_that_breaks_while_it_is_read_is_one_line(kg: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KG_TRACEBACK")

    def broken(path: str) -> None:
        raise sqlite3.DatabaseError("database disk image is malformed")

    monkeypatch.setattr("kg.cli.stats.open_graph", broken)
    ran = kg("stats")
    assert ran.code == 2
    assert ran.message.startswith("a file of the graph cannot be read (database disk image is malformed)")


def test_the_demo_does_not_touch_a_graph_of_other_papers(kg: Command, tmp_path: Path, small: tuple[str, ...]) -> None:
    good = write_lines(tmp_path / "good.jsonl", [GOOD])
    assert kg("build", good, *small).code == 0
    ran = kg("demo")
    assert ran.code == 2
    assert ran.message.startswith("kg-graph: holds other papers than the sample")
    assert kg("stats").rows[0]["papers"] == 1
