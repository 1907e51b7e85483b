"""What a user is told: one line, whatever the parts hold."""

from __future__ import annotations

import pytest

from kg import errors
from kg.errors import GraphBusyError, GraphError, KGError, SourceError
from kg.model import Problem


def test_an_error_says_where_what_and_what_to_do() -> None:
    assert (
        str(SourceError("no such file", where="a.bib", hint="check the path")) == "a.bib: no such file; check the path"
    )


def test_an_error_without_place_and_advice_says_what_alone() -> None:
    assert str(KGError("no such file")) == "no such file"


def test_an_error_is_one_line_whatever_it_quotes() -> None:
    assert "\n" not in str(KGError("unexpected\n  token", where="a\nb", hint="mend\r\nit"))


def test_a_busy_graph_can_be_caught_as_a_graph_error() -> None:
    assert issubclass(GraphBusyError, GraphError)


@pytest.mark.parametrize("name", errors.__all__)
def test_every_error_is_the_users_to_mend(name: str) -> None:
    assert issubclass(getattr(errors, name), KGError)


def test_a_problem_names_file_and_position() -> None:
    assert str(Problem("a.jsonl", 7, "no JSON:\n unexpected end")) == "a.jsonl:7: no JSON: unexpected end"


def test_a_problem_of_a_whole_file_names_the_file_alone() -> None:
    assert str(Problem("a.jsonl", None, "an empty file")) == "a.jsonl: an empty file"
