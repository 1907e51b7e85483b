"""Parameters of an address: read, checked, and described."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from kg.model import TYPES
from kg.serve.protocol import WrongRequest

__all__ = ["FILTERS", "Parameter", "read", "schema"]

Kind = Literal["string", "integer", "number", "date", "type"]
_LONGEST = 1000
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter. ``default`` is None where it is required, empty where it may be left out; ``many`` may repeat."""

    name: str
    kind: Kind
    description: str
    default: str | None = ""
    least: float = 0
    most: float = 0
    many: bool = False


FILTERS = (
    Parameter("since", "date", "only papers of this date or later"),
    Parameter("until", "date", "only papers of this date or earlier"),
    Parameter("type", "type", "only entities of this type", many=True),
    Parameter("source", "string", "only papers from this format or file", many=True),
    Parameter("min_confidence", "number", "only mentions of at least this confidence", "0", 0, 1),
)


def read(pairs: Sequence[tuple[str, str]], parameters: Sequence[Parameter]) -> dict[str, Any]:
    """The values of the parameters, None or empty where they were left out.

    :raises WrongRequest: where one is missing, unknown, repeated or of no such value

    >>> read([("top", "3")], [Parameter("top", "integer", "", "20", 1, 200)])
    {'top': 3}
    """
    known = {p.name for p in parameters}
    for name, _ in pairs:
        if name not in known:
            hint = f"there are {', '.join(sorted(known))}" if known else "there are none"
            raise WrongRequest(400, f"no parameter is called “{name[:_SHOWN]}”", hint=hint)
    found: dict[str, Any] = {}
    for parameter in parameters:
        given = [value for name, value in pairs if name == parameter.name]
        if len(given) > 1 and not parameter.many:
            raise WrongRequest(400, f"the parameter {parameter.name} is given more than once")
        if not given and parameter.default is None:
            raise WrongRequest(400, f"the parameter {parameter.name} is missing", hint=parameter.description)
        values = [_value(parameter, text) for text in given]
        if parameter.many:
            found[parameter.name] = tuple(values)
        else:
            default = _value(parameter, parameter.default) if parameter.default else None
            found[parameter.name] = values[0] if values else default
    return found


def _value(parameter: Parameter, text: str) -> Any:
    if len(text) > _LONGEST or "\0" in text:
        raise WrongRequest(400, f"the value of {parameter.name} is too long or holds a NUL")
    try:
        match parameter.kind:
            case "string":
                return text
            case "date":
                if not re.fullmatch(r"\d{4}(?:-\d{2}(?:-\d{2})?)?", text, re.ASCII):
                    raise ValueError
                date.fromisoformat(text + "-01-01"[len(text) - 4 :])
                return text
            case "type":
                return {t.lower(): t for t in TYPES}[text.lower()]
            case "integer" | "number":
                number = int(text) if parameter.kind == "integer" and len(text) < 10 else float(text)
                if not math.isfinite(number) or not parameter.least <= number <= parameter.most:
                    raise ValueError
                if parameter.kind == "integer" and not isinstance(number, int):
                    raise ValueError
                return number
    except (ValueError, KeyError) as error:
        raise WrongRequest(
            400, f"“{text[:_SHOWN]}” is no value of {parameter.name}", hint=f"give {_wanted(parameter)}"
        ) from error


def _wanted(parameter: Parameter) -> str:
    texts: Mapping[Kind, str] = {
        "string": "a text", "date": "2024, 2024-05 or 2024-05-31", "type": f"one of {', '.join(TYPES)}",
        "integer": f"a whole number from {parameter.least:g} to {parameter.most:g}",
        "number": f"a number from {parameter.least:g} to {parameter.most:g}",
    }  # fmt: skip
    return texts[parameter.kind]


def schema(parameter: Parameter) -> dict[str, Any]:
    """A parameter as OpenAPI describes it."""
    kinds: Mapping[Kind, dict[str, Any]] = {
        "string": {"type": "string", "maxLength": _LONGEST},
        "date": {"type": "string", "pattern": r"^\d{4}(-\d{2}(-\d{2})?)?$"},
        "type": {"type": "string", "enum": list(TYPES)},
        "integer": {"type": "integer", "minimum": parameter.least, "maximum": parameter.most},
        "number": {"type": "number", "minimum": parameter.least, "maximum": parameter.most},
    }
    inner: dict[str, Any] = dict(kinds[parameter.kind])
    if parameter.default and parameter.kind in ("integer", "number"):
        inner["default"] = _value(parameter, parameter.default)
    return {
        "name": parameter.name,
        "in": "query",
        "required": parameter.default is None,
        "description": parameter.description,
        "schema": {"type": "array", "items": inner} if parameter.many else inner,
    }
