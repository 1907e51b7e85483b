"""What every command shares: help, examples, exit codes, one line for wrong use."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from helpers_cli import Command

from kg import __version__
from kg.cli.main import cli


def commands(group: click.Group = cli, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command with its path."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        yield (*path, name), command
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))


ALL = dict(commands())


@pytest.mark.parametrize("path", ALL, ids=" ".join)
def test_the_help_of_each_command_has_an_example(kg: Command, path: tuple[str, ...]) -> None:
    ran = kg(*path, "--help")
    assert ran.code == 0
    assert "Example:  kg " in ran.out
    assert f"kg {' '.join(path)}" in ran.out.split("Example:")[1]


@pytest.mark.parametrize("path", ALL, ids=" ".join)
def test_each_option_says_what_it_does(path: tuple[str, ...]) -> None:
    silent = [p.name for p in ALL[path].params if isinstance(p, click.Option) and not p.help]
    assert silent == []


@pytest.mark.parametrize("path", [p for p, c in ALL.items() if not isinstance(c, click.Group)], ids=" ".join)
def test_each_command_can_be_quiet_and_verbose(path: tuple[str, ...]) -> None:
    options = {text for p in ALL[path].params for text in p.opts}
    assert {"-q", "--quiet", "-v", "--verbose"} <= options


@pytest.mark.parametrize("path", [p for p, c in ALL.items() if not isinstance(c, click.Group)], ids=" ".join)
def test_each_command_takes_the_graph_but_those_of_text_alone(path: tuple[str, ...]) -> None:
    has = any("-g" in p.opts for p in ALL[path].params)
    assert has == (path[0] not in ("extract", "eval", "train"))


def test_the_version_is_told(kg: Command) -> None:
    assert kg("--version").out == f"kg, version {__version__}\n"


def test_without_a_command_the_help_is_shown(kg: Command) -> None:
    ran = kg()
    assert ran.code == 2
    assert "Commands:" in ran.err + ran.out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["qeury"], "no command “qeury”; did you mean “query”?"),
        (["frobnicate"], "no command “frobnicate”"),
        (["vocab", "lst"], "list"),
        (["stats", "--fromat", "json"], "--format"),
        (["stats", "--format", "jsno"], "“jsno” is not known; did you mean “json”?"),
        (["export", "--format", "turttle"], "did you mean “turtle”?"),
        (["query", "--format", "ntriple", "ASK {}"], "did you mean “ntriples”?"),
        (["stats", "--format", "parquet"], "one of table, json, jsonl, csv, tsv"),
        (["stats", "--type", "Metod"], "did you mean “Method”?"),
        (["stats", "--since", "2023-02-30"], "“2023-02-30” is no date: write 2024, 2024-06 or 2024-06-17"),
        (["stats", "--until", "last year"], "“last year” is no date"),
        (["stats", "--since", "2024", "--until", "2023-05"], "--since 2024 is later than --until 2023-05"),
        (["stats", "--min-confidence", "3"], "--min-confidence"),
        (["stats", "nonsense"], "nonsense"),
        (["build", "x.bib", "--workers", "0"], "--workers"),
        (["view", "--limit", "0"], "--limit"),
        (["search"], "TEXT"),
        (["search", "^^"], "“^^” holds no word to search for"),
        (["show", " "], "the name is empty"),
        (["extract"], "SOURCE"),
        (["stats", "-g"], "-g"),
        (["query"], "give one of: a query, --file F.rq, --name NAME, --list"),
        (["query", "ASK {}", "--name", "evidence"], "give one of: a query, --file F.rq, --name NAME, --list"),
        (["query", "ASK {}", "-p", "a=b"], "-p goes with --name"),
        (["query", "--name", "evidence", "-p", "entity"], "“entity” is no parameter: write key=value"),
        (["vocab", "add", "!!", "--type", "Task", "--definition", "x", "--file", "v.ttl"], "“!!” has no letter"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_wrong_use_is_one_line_that_says_what_and_where_to_look(
    kg: Command, demo_graph: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], said: str
) -> None:
    monkeypatch.setenv("KG_GRAPH", str(demo_graph))
    ran = kg(*arguments)
    assert ran.code == 2
    assert ran.out == ""
    assert said in ran.message
    assert ran.message.endswith("--help`")


def test_dates_that_overlap_pass(kg: Command, demo_graph: Path) -> None:
    assert kg("stats", "-g", demo_graph, "--since", "2023-05-02", "--until", "2023").code == 0
    assert kg("stats", "-g", demo_graph, "--since", "2023", "--until", "2023-01").code == 0


def test_a_type_may_be_written_in_any_case(kg: Command, demo_graph: Path) -> None:
    lower, proper = (kg("stats", "-g", demo_graph, "--type", kind).out for kind in ("metric", "Metric"))
    assert lower == proper != ""


def test_a_fault_of_the_program_itself_is_one_line_too(kg: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KG_TRACEBACK")

    def broken(path: str) -> None:
        raise RuntimeError("two\nlines")

    monkeypatch.setattr("kg.cli.stats.open_graph", broken)
    ran = kg("stats")
    assert ran.code == 2
    assert ran.message.startswith("a fault in kg itself (RuntimeError: two lines)")
