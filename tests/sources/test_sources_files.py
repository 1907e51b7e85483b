"""Files, folders, patterns and pipes; compression; bounded memory."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import os
import random
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from helpers_sources import Generated, papers_of

from kg.model import Paper, Problem
from kg.sources import FORMATS, expand, read

LINES = b"".join(json.dumps({"title": f"Title {i}", "abstract": "a"}).encode() + b"\n" for i in range(3))


def run(*sources: str) -> tuple[list[Paper], list[str]]:
    problems: list[Problem] = []
    return list(read(sources, problems.append)), [str(problem) for problem in problems]


@pytest.mark.parametrize(
    ("name", "pack"), [("a.gz", gzip.compress), ("a.bz2", bz2.compress), ("a.xz", lzma.compress), ("a", bytes)]
)
def test_compression_is_seen_in_the_bytes(tmp_path: Path, name: str, pack: Callable[[bytes], bytes]) -> None:
    (tmp_path / name).write_bytes(pack(LINES))
    assert [paper.title for paper in run(str(tmp_path / name))[0]] == ["Title 0", "Title 1", "Title 2"]


@pytest.mark.slow
@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_a_packed_file_that_is_cut_gives_what_stands_before_the_cut_and_one_problem(
    pack: Callable[[bytes], bytes],
) -> None:
    noise = random.Random(7)
    rows = [{"title": f"Title {i}", "abstract": f"{noise.getrandbits(4000):x}"} for i in range(3000)]
    data = pack("\n".join(map(json.dumps, rows)).encode())
    papers, problems = papers_of(data[: len(data) * 3 // 4])
    assert 1000 < len(papers) < 3000
    assert all(len(paper.abstract) > 900 for paper in papers)
    assert len(problems) == 1
    assert f"{len(papers)} papers before that were read" in problems[0].reason


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "an empty file"),
        (b"\n \n", "an empty file"),
        (bytes(range(256)) * 9, "a binary file"),
        (b"%PDF-1.7\nx", "a binary file"),
        (b"Dear Jane,\nhow are the trees?\n", "of no known format"),
        (b"[]", "no papers in it"),
        (gzip.compress(b"", mtime=0), "an empty file"),
    ],
)
def test_what_holds_no_papers_is_one_problem(data: bytes, reason: str) -> None:
    papers, problems = papers_of(data)
    assert (papers, [p.reason.startswith(reason) for p in problems]) == ([], [True])


def test_a_byte_order_mark_utf16_and_carriage_returns_are_read() -> None:
    for data in (b"\xef\xbb\xbf" + LINES, LINES.decode().encode("utf-16"), LINES.replace(b"\n", b"\r\n")):
        papers, problems = papers_of(data)
        assert ([paper.abstract for paper in papers], problems) == (["a"] * 3, [])


def test_a_nul_character_costs_its_own_line_in_json_and_is_kept_in_a_table() -> None:
    papers, problems = papers_of(LINES.replace(b"Title 1", b"Title\x001"))
    assert ([paper.title for paper in papers], [p.position for p in problems]) == (["Title 0", "Title 2"], [2])
    (paper,), (problem,) = papers_of("title,abstract\nOn\0Trees,We grow trees in dry soil.\n")
    assert (paper.title, problem.position) == ("On\0Trees", 2)


def test_sources_come_in_the_order_given_and_folders_sorted(tmp_path: Path) -> None:
    for name in ("b/2.jsonl", "b/10.jsonl", "b/a/1.jsonl", "z.jsonl"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(json.dumps({"title": name}))
    papers, problems = run(str(tmp_path / "z.jsonl"), f"{tmp_path}/b/", f"{tmp_path}/b/*.jsonl")
    assert [p.title for p in papers] == ["z.jsonl", "b/10.jsonl", "b/2.jsonl", "b/a/1.jsonl", "b/10.jsonl", "b/2.jsonl"]
    assert papers[1].origin.file == f"{tmp_path}/b/10.jsonl"
    assert problems == []


def test_the_origin_names_the_file_as_the_user_did(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("in").mkdir()
    Path("in/a.jsonl").write_bytes(LINES)
    assert {p.origin.file for p in run("./in/a.jsonl", "in")[0]} == {"./in/a.jsonl", "in/a.jsonl"}


def test_missing_files_and_patterns_and_empty_folders_are_problems(tmp_path: Path) -> None:
    papers, problems = run(str(tmp_path / "none.bib"), f"{tmp_path}/*.bib", str(tmp_path))
    assert papers == []
    assert [line.rsplit(": ", 1)[1] for line in problems] == [
        "no such file or folder",
        "no file fits this pattern",
        "a folder without files to read",
    ]


def test_a_file_of_unknown_format_in_a_folder_is_reported_and_the_rest_read(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# Notes\n\nabout trees\n")
    (tmp_path / "b.jsonl").write_bytes(LINES)
    (tmp_path / ".hidden").write_text("x")
    papers, problems = run(str(tmp_path))
    assert (len(papers), len(problems)) == (3, 1)
    assert problems[0].startswith(f"{tmp_path}/a.md: of no known format")


def test_a_link_back_to_a_folder_above_is_reported_and_not_followed(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a/x.jsonl").write_bytes(LINES)
    (tmp_path / "a/loop").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "broken.jsonl").symlink_to(tmp_path / "gone")
    papers, problems = run(str(tmp_path))
    assert (len(papers), len(problems)) == (3, 2)
    assert "a link back" in problems[0]


def test_a_pipe_in_a_folder_is_reported_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert "neither file nor folder" in run(str(tmp_path))[1][0]


def test_a_file_that_may_not_be_opened_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.jsonl").write_bytes(LINES)

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    # The tests may run as root, whom no permission stops.
    monkeypatch.setattr("kg.sources.streams.open", refuse, raising=False)
    assert run(str(tmp_path / "a.jsonl"))[1] == [f"{tmp_path}/a.jsonl: cannot be read: Permission denied"]


def test_content_decides_the_format_and_the_extension_only_breaks_ties(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(LINES)
    assert {paper.origin.format for paper in run(str(tmp_path / "a.csv"))[0]} == {"jsonl"}


def test_expand_gives_paths_and_a_dash(tmp_path: Path) -> None:
    (tmp_path / "a.bib").write_text("")
    assert expand(["-", str(tmp_path)], print) == ["-", tmp_path / "a.bib"]


def test_each_format_says_what_it_is() -> None:
    assert all(name == found.name and found.description and found.extensions for name, found in FORMATS.items())


ABSTRACT = "We grow trees in dry soil and measure them. Water helps them, by as much as we expected. " * 5
PIECES: dict[str, tuple[str, str, str]] = {
    "jsonl": ("", json.dumps({"title": "On Trees", "abstract": ABSTRACT}) + "\n", ""),
    "json": ("[", json.dumps({"title": "On Trees", "abstract": ABSTRACT}) + ",", '{"title": "Last"}]'),
    "csl-json": (
        '{"items":[',
        json.dumps({"title": "On", "container-title": "J", "abstract": ABSTRACT}) + ",\n",
        '{"title": "Last"}]}',
    ),
    "arxiv-atom": (
        '<feed xmlns="http://www.w3.org/2005/Atom">',
        f"<entry><title>On Trees</title><summary>{ABSTRACT}</summary></entry>\n",
        "</feed>",
    ),
    "bibtex": ("", f"@article{{a, title={{On Trees}},\n abstract={{{ABSTRACT}}}}}\n", ""),
    "ris": ("", f"TY  - JOUR\nTI  - On Trees\nAB  - {ABSTRACT}\nER  - \n\n", ""),
    "csv": ("title,abstract\n", f'On Trees,"{ABSTRACT}"\n', ""),
    "daily-papers": ("Subscribe\nAug 25\n", f"On Trees\n{ABSTRACT}\n", ""),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", PIECES)
def test_memory_stays_flat_however_long_the_stream_is(name: str) -> None:
    start, piece, end = (part.encode() for part in PIECES[name])
    block = piece * (65_536 // len(piece))

    def pieces() -> Iterator[bytes]:
        yield start
        for _ in range(80):
            yield block
        yield end

    stream = io.BufferedReader(Generated(pieces()))
    problems: list[Problem] = []
    papers = read(["-"], problems.append, stdin=stream)
    assert next(papers).origin.format == name
    tracemalloc.start()
    count = sum(1 for _ in papers)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (problems, count > 5_000) == ([], True)
    assert peak < 1_500_000, f"{peak:,} bytes at the peak of 5 MB"
