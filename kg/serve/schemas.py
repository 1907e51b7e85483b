"""Types -> JSON Schema, for the description of the interface."""

from __future__ import annotations

import inspect
from dataclasses import fields, is_dataclass
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

__all__ = ["schema_of"]

_PLAIN: dict[object, str] = {str: "string", int: "integer", float: "number", bool: "boolean", NoneType: "null"}


def schema_of(kind: object, named: dict[str, Any]) -> dict[str, Any]:
    """The schema of what a value of a type becomes in JSON.

    :param named: takes the schemas of dataclasses, by name

    >>> schema_of(tuple[str, int], {})
    {'type': 'array', 'prefixItems': [{'type': 'string'}, {'type': 'integer'}], 'minItems': 2, 'maxItems': 2}
    >>> schema_of(str | None, {})
    {'anyOf': [{'type': 'string'}, {'type': 'null'}]}
    """
    if kind in _PLAIN:
        return {"type": _PLAIN[kind]}
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Literal:
        return {"enum": list(arguments)}
    if origin in (Union, UnionType):
        return {"anyOf": [schema_of(a, named) for a in arguments]}
    if origin is list or (origin is tuple and arguments[-1] is Ellipsis):
        return {"type": "array", "items": schema_of(arguments[0], named)}
    if origin is tuple:
        items = [schema_of(a, named) for a in arguments]
        return {"type": "array", "prefixItems": items, "minItems": len(items), "maxItems": len(items)}
    if isinstance(kind, type) and is_dataclass(kind):
        if kind.__name__ not in named:
            named[kind.__name__] = {}
            hints = get_type_hints(kind)
            names = [field.name for field in fields(kind)]
            named[kind.__name__] = {
                "type": "object",
                "description": " ".join((inspect.getdoc(kind) or "").split()),
                "required": names,
                "properties": {name: schema_of(hints[name], named) for name in names},
            }
        return {"$ref": f"#/components/schemas/{kind.__name__}"}
    return {"type": "object"}
