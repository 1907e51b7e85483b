"""An answer as a table of pandas or Polars."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from kg.errors import KGError
from kg.query.formats import plain

if TYPE_CHECKING:
    from kg.query.engine import Result

__all__ = ["columns", "to_pandas", "to_polars"]


def columns(result: Result) -> dict[str, list[Any]]:
    """The columns of an answer, as plain values; a graph has subject, predicate and object.

    :raises QueryError: if the answer is a yes or no, or its evaluation fails
    """
    if result.kind == "graph":
        triples = [tuple(map(plain, triple)) for triple in result.triples()]
        return {name: [t[i] for t in triples] for i, name in enumerate(("subject", "predicate", "object"))}
    rows = [tuple(map(plain, row)) for row in result.rows()]
    return {name: [row[i] for row in rows] for i, name in enumerate(result.variables)}


def to_pandas(result: Result) -> Any:
    """A ``pandas.DataFrame``; what is not bound is missing, and whole numbers stay whole beside it.

    :raises KGError: if pandas is not installed
    """
    pandas = _package("pandas")
    return pandas.DataFrame(columns(result)).convert_dtypes()


def to_polars(result: Result) -> Any:
    """A ``polars.DataFrame``; a column of texts and numbers is one of texts, since Polars knows one type a column.

    :raises KGError: if Polars is not installed
    """
    polars = _package("polars")
    return polars.DataFrame({name: _of_one_type(values) for name, values in columns(result).items()})


def _of_one_type(values: list[Any]) -> list[Any]:
    """Values of one type, or texts.

    >>> _of_one_type([1, None, 2.5]), _of_one_type([1, None, "a"])
    ([1.0, None, 2.5], ['1', None, 'a'])
    """
    kinds = {type(value) for value in values if value is not None}
    if len(kinds) < 2:
        return values
    kind = float if kinds == {int, float} else str
    return [None if value is None else kind(value) for value in values]


def _package(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError as error:
        raise KGError(f"the package {name} is missing", hint=f"run `pip install {name}`") from error
