"""A query with its parameters' values written into it, for engines that take no bindings: other servers, and people.

A value is written as a term in a ``VALUES`` block, never in the place of a name: what it holds is escaped as N-Triples
has it, so that no value can change the question.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from kg.errors import QueryError

__all__ = ["with_values"]

# What a query is made of, as far as braces, variables and keywords have to be told from the same letters in a text, an
# IRI or a comment.
_TOKEN = re.compile(
    r"#[^\r\n]*"
    r"|<[^<>\"{}|^`\\\x00-\x20]*>"
    r'|"""(?:[^"\\]|\\.|"(?!""))*+"""'
    r"|'''(?:[^'\\]|\\.|'(?!''))*+'''"
    r'|"(?:[^"\\\r\n]|\\.)*+"'
    r"|'(?:[^'\\\r\n]|\\.)*+'"
    r"|[?$](?P<name>\w+)"
    r"|[\w.-]*:[\w.:%\\-]*"
    r"|(?P<word>\w+)"
    r"|(?P<mark>[{}()*])",
    re.DOTALL,
)

_EVERY = re.compile(r"(?:SELECT|DISTINCT|REDUCED)\s*\Z", re.IGNORECASE)


@dataclass(slots=True)
class _Group:
    """What stands between two braces; ``seen`` are the names in it and in no group inside it.

    ``whole`` where it is the pattern of a query or sub-select, whose modifiers (HAVING, ORDER BY) see its names too.
    """

    start: int
    pattern: bool
    names: frozenset[str]
    seen: set[str] = field(default_factory=set)
    whole: bool = False


def with_values(text: str, values: Mapping[str, str]) -> str:
    """A query whose parameters have values.

    Each pattern that names a parameter gets its value; so do the pattern of each sub-select that projects it, and the
    outermost.

    :param values: terms as SPARQL writes them, by the names of variables
    :raises QueryError: if the query has no pattern to put them into

    >>> with_values("SELECT ?x ?y WHERE { ?x kg:uses ?y }", {"x": "concept:a"})
    'SELECT ?x ?y WHERE { VALUES ?x { concept:a } ?x kg:uses ?y }'
    >>> with_values("ASK { ?x a ?y OPTIONAL { ?x kg:uses '{ ?y' } }", {"x": "<urn:a>"})
    "ASK { VALUES ?x { <urn:a> } ?x a ?y OPTIONAL { VALUES ?x { <urn:a> } ?x kg:uses '{ ?y' } }"
    >>> with_values("SELECT ?x { { SELECT ?y { ?y a ?x } } }", {"x": "<urn:a>"})
    'SELECT ?x { VALUES ?x { <urn:a> } { SELECT ?y { ?y a ?x } } }'
    """
    if not values:
        return text
    groups = list(_groups(text, frozenset(values)))
    if not any(group.whole for group in groups):
        raise QueryError("the query has no pattern that its parameters could be put into", hint="write WHERE { … }")
    for group in sorted(groups, key=lambda one: -one.start):
        named = [n for n in values if n in group.names and (group.whole or n in group.seen)]
        if group.pattern and named:
            block = "".join(f" VALUES ?{name} {{ {values[name]} }}" for name in named)
            text = text[: group.start] + block + text[group.start :]
    return text


def _groups(text: str, names: frozenset[str]) -> Iterator[_Group]:
    """The groups of a query, each when it is closed."""
    open_groups: list[_Group] = []
    scope: list[frozenset[str]] = [names]
    # What a SELECT projects until its pattern begins; what stood before the brace tells what it opens.
    projected: set[str] | None = None
    data = template = False
    outermost = True
    for found in _TOKEN.finditer(text):
        word, name, mark = (found.group("word") or "").upper(), found.group("name"), found.group("mark")
        if name is not None:
            if projected is not None:
                projected.add(name)
            elif open_groups:
                open_groups[-1].seen.add(name)
        elif word == "SELECT":
            projected = set()
            if open_groups:
                open_groups[-1].pattern = False
        elif word == "CONSTRUCT":
            template = True
        elif word == "WHERE":
            template = False
        elif word == "VALUES":
            data = True
        elif mark == "*" and projected is not None and _EVERY.search(text, 0, found.start()):
            projected |= names
        elif mark == "{":
            inherited = scope[-1] if projected is None else scope[-1] & projected
            pattern = not data and not template
            whole = pattern and (outermost or projected is not None)
            open_groups.append(_Group(found.end(), pattern, inherited, whole=whole))
            outermost = outermost and not pattern
            scope.append(inherited)
            projected, data, template = None, False, False
        elif mark == "}" and open_groups:
            scope.pop()
            yield open_groups.pop()
