"""The named queries: questions that users have, each a file of SPARQL with a header that says what it asks and needs.

```sparql
# title: Papers that use X
# description: Papers whose text says that they use an entity, newest first.
# param: entity entity  what is used
# param: since date=0001  first day, month or year of publication
# example: entity=LoRA since=2024
SELECT ?entity ?since ?paper …
```

A parameter is a variable of the query that its SELECT names; its value is bound by the engine, never put into the text.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, get_args
from typing import Literal as OneOf

from kg.errors import QueryError
from kg.iri import TERM
from kg.model import ROLES, TYPES
from kg.resources import ontology

if TYPE_CHECKING:
    from pyoxigraph import Literal, NamedNode

    Value = NamedNode | Literal

__all__ = ["NamedQuery", "Parameter", "Resolve", "all_queries", "bind", "load"]

ParameterType = OneOf["entity", "paper", "date", "integer", "string", "type", "role"]
#: Kind (``entity`` or ``paper``) and what the user called it -> its IRI; raises :class:`kg.errors.NotFoundError`.
Resolve = Callable[[str, str], str]

_TYPES: tuple[ParameterType, ...] = get_args(ParameterType)
_HEADER = re.compile(r"#\s*(title|description|param|example)\s*:\s*(.*)")
_PARAMETER = re.compile(r"([A-Za-z]\w*)\s+([a-z]+)(?:=(\S*))?(?:\s+(.*))?")
_DATE = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A variable that the user gives a value. ``default`` is None where the value is required."""

    name: str
    type: ParameterType
    default: str | None
    description: str


@dataclass(frozen=True, slots=True)
class NamedQuery:
    """A query with its header. ``example`` has a value for each required parameter."""

    name: str
    title: str
    description: str
    parameters: tuple[Parameter, ...]
    example: Mapping[str, str]
    text: str


def load(name: str | Path) -> NamedQuery:
    """A named query: the name of one in ``ontology/queries``, or a file of the user's (a ``Path``, or ``x.rq``).

    A file without a header is a query without parameters.

    :raises QueryError: if there is none of that name, or its header cannot be read

    >>> [p.name for p in load("papers-using").parameters]
    ['entity']
    """
    path = Path(name)
    if not isinstance(name, Path) and path.suffix != ".rq":
        path = ontology() / "queries" / f"{name}.rq"
        known = sorted(p.stem for p in path.parent.glob("*.rq"))
        if str(name) not in known:
            close = get_close_matches(str(name), known, n=3, cutoff=0.5)
            hint = f"did you mean {', '.join(close)}?" if close else f"there are: {', '.join(known)}"
            raise QueryError(f'no named query "{name}"', hint=hint)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise QueryError(f"cannot be read ({reason})", where=str(path)) from error
    return _parse(path, text)


def all_queries() -> list[NamedQuery]:
    """All that ship with the package, by name."""
    return [_parse(p, p.read_text(encoding="utf-8")) for p in sorted((ontology() / "queries").glob("*.rq"))]


def bind(query: NamedQuery, values: Mapping[str, str], resolve: Resolve) -> dict[str, Value]:
    """The terms of a query's parameters, for ``bindings`` of :func:`kg.query.run`.

    Dates are bound as plain strings, which a query compares with ``STR(?issued)``: a paper of 2023 and a day of 2023
    are of different datatypes, and SPARQL would compare neither.

    :param values: what the user gave, by name
    :param resolve: finds the IRI of an entity or a paper by what the user calls it
    :raises QueryError: if a parameter is missing, unknown, or of a value that its type does not have
    :raises NotFoundError: from ``resolve``

    >>> terms = bind(load("papers-using"), {"entity": "LoRA"}, lambda kind, name: f"http://example.org/{name.lower()}")
    >>> {name: str(term) for name, term in terms.items()}
    {'entity': '<http://example.org/lora>'}
    """
    names = [p.name for p in query.parameters]
    for name in values:
        if name not in names:
            close = get_close_matches(name, names, n=1)
            hint = f"did you mean {close[0]}?" if close else f"it takes {', '.join(names) or 'none'}"
            raise QueryError(f'unknown parameter "{name}"', where=query.name, hint=hint)
    missing = [p for p in query.parameters if p.default is None and p.name not in values]
    if missing:
        wanted = ", ".join(f"{p.name} ({p.type}: {p.description})" for p in missing)
        example = " ".join(f"{k}={shlex.quote(v)}" for k, v in query.example.items())
        raise QueryError(f"missing parameter {wanted}", where=query.name, hint=f"for example {example}")
    return {p.name: _value(query, p, values.get(p.name, p.default or ""), resolve) for p in query.parameters}


def _value(query: NamedQuery, parameter: Parameter, value: str, resolve: Resolve) -> Value:
    from pyoxigraph import Literal, NamedNode

    place, text = f"{query.name}: {parameter.name}", value.strip()
    if not text and parameter.type != "string":
        raise QueryError("the value is empty", where=place, hint=f"give {parameter.description or 'one'}")
    match parameter.type:
        case "entity" | "paper":
            return _iri(resolve(parameter.type, text), place)
        case "date":
            return Literal(_date(text, place))
        case "integer":
            if not re.fullmatch(r"[+-]?\d{1,18}", text, re.ASCII):
                raise QueryError(f'"{text}" is no whole number', where=place, hint="give one such as 5")
            return Literal(int(text))
        case "type":
            known = {t.casefold(): t for t in TYPES} | {"any": "Entity"}
            return NamedNode(TERM + _one_of(text.casefold(), known, place))
        case "role":
            roles = {r.replace("_", ""): _camel(r) for r in ROLES} | {"any": "mentions"}
            return NamedNode(TERM + _one_of(re.sub(r"[\W_]", "", text.casefold()), roles, place))
        case "string":
            return Literal(value)


def _iri(iri: str, place: str) -> NamedNode:
    from pyoxigraph import NamedNode

    try:
        return NamedNode(iri)
    except ValueError as error:
        raise QueryError(f'"{iri}" is no IRI', where=place) from error


def _date(text: str, place: str) -> str:
    try:
        if not _DATE.fullmatch(text):
            raise ValueError
        date.fromisoformat(text + "-01-01"[len(text) - 4 :])
    except ValueError as error:
        # A year 0001 or later has four digits, so that text order is the order of time.
        raise QueryError(f'"{text}" is no date', where=place, hint="write 2024, 2024-05 or 2024-05-31") from error
    return text


def _one_of(text: str, known: Mapping[str, str], place: str) -> str:
    if text not in known:
        close = get_close_matches(text, known, n=1)
        hint = f"did you mean {close[0]}?" if close else f"one of {', '.join(known)}"
        raise QueryError(f'unknown value "{text}"', where=place, hint=hint)
    return known[text]


def _camel(role: str) -> str:
    first, *rest = role.split("_")
    return first + "".join(part.capitalize() for part in rest)


def _parse(path: Path, text: str) -> NamedQuery:
    found: dict[str, str] = {}
    parameters: list[Parameter] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.startswith("#"):
            break
        match = _HEADER.fullmatch(line.rstrip())
        if match and match.group(1) == "param":
            parameters.append(_parameter(match.group(2), f"{path}:{number}"))
        elif match:
            found[match.group(1)] = f"{found.get(match.group(1), '')} {match.group(2)}".strip()
    try:
        example = dict(pair.split("=", 1) for pair in shlex.split(found.get("example", "")))
    except ValueError as error:
        raise QueryError("the example is no name=value", where=str(path)) from error
    return NamedQuery(
        name=path.stem,
        title=found.get("title", path.stem),
        description=found.get("description", ""),
        parameters=tuple(parameters),
        example=example,
        text=text,
    )


def _parameter(text: str, place: str) -> Parameter:
    match = _PARAMETER.fullmatch(text)
    kind = next((t for t in _TYPES if match and t == match.group(2)), None)
    if not match or kind is None:
        raise QueryError(
            f'no parameter: "{text}"',
            where=place,
            hint=f"write NAME TYPE DESCRIPTION or NAME TYPE=DEFAULT DESCRIPTION, TYPE one of {', '.join(_TYPES)}",
        )
    return Parameter(match.group(1), kind, match.group(3), match.group(4) or "")
