"""What a syntax error of the SPARQL engine means to the person who wrote the query."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import get_close_matches

from kg.errors import QueryError
from kg.iri import PREFIXES
from kg.query.printable import printable

__all__ = ["diagnose"]

_KEYWORDS = (
    "SELECT", "CONSTRUCT", "DESCRIBE", "ASK", "WHERE", "FILTER", "OPTIONAL", "UNION", "MINUS", "GRAPH", "VALUES",
    "BIND", "GROUP", "ORDER", "LIMIT", "OFFSET", "HAVING", "DISTINCT", "REDUCED", "PREFIX", "BASE", "FROM", "NAMED",
    "EXISTS", "NOT", "COUNT", "SAMPLE", "GROUP_CONCAT", "SEPARATOR", "REGEX", "CONTAINS", "STRSTARTS",
)  # fmt: skip
_UPDATES = ("INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH")
_FORMS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
_PROLOGUE = re.compile(r"(?:\s|#[^\r\n]*+|(?:PREFIX\s+[^\s:]*:\s*|BASE\s+)<[^>]*>)*+([A-Za-z]+)", re.IGNORECASE)


def diagnose(message: str, sparql: str) -> QueryError:
    """The engine's message as one line with the place and what to do.

    >>> print(diagnose("error at 1:10: expected CONSTRUCT", "DROP ALL"))
    updates are refused: the graph is read-only; change it with `kg build` or `kg remove`
    """
    if not re.sub(r"#[^\r\n]*", "", sparql).strip():
        return QueryError("the query is empty", hint='write one, as in `kg query "SELECT * { ?s ?p ?o } LIMIT 5"`')
    first = _PROLOGUE.match(sparql)
    if first and first.group(1).upper() in _UPDATES:
        return QueryError(
            "updates are refused: the graph is read-only", hint="change it with `kg build` or `kg remove`"
        )
    if first and first.group(1).upper() not in _FORMS:
        return QueryError(
            f'a query begins with {", ".join(_FORMS[:-1])} or {_FORMS[-1]}, not with "{first.group(1)}"',
            where=_place(sparql, first.start(1)),
            hint=_suggestion(first.group(1), _FORMS),
        )
    found = re.match(r"error at (\d+):(\d+): expected (?:one of )?(.*)", message, re.DOTALL)
    if not found:
        return QueryError(f"syntax error: {printable(message)}")
    reported, expected = _offset(sparql, int(found.group(1)), int(found.group(2))), found.group(3)
    if "Prefix not found" in expected:
        return _unknown_prefix(sparql, reported)
    if "variable that is unbound" in expected:
        return QueryError(
            "SELECT names a variable that is bound twice, or neither grouped nor aggregated",
            hint="put it into GROUP BY, or give the result of the aggregate a new name",
        )
    if "IRI parsing failed" in expected:
        return QueryError(
            "an IRI is relative or holds a character that none may",
            where=_place(sparql, max(0, sparql.rfind("<", 0, reported))),
            hint="write it in full, or as a prefixed name",
        )
    at = _start(sparql, reported, expected)
    near = sparql[at : at + 24].split("\n")[0].strip()
    if not near:
        return QueryError("the query ends too early", where=_place(sparql, at), hint="is a bracket } or ) missing?")
    word = re.match(r"[A-Za-z_]+", near)
    hint = _suggestion(word.group(), _KEYWORDS) if word else ""
    return QueryError(
        f'syntax error near "{printable(near)}"',
        where=_place(sparql, at),
        hint=hint or "what stands there, or just before it, is no SPARQL",
    )


def _suggestion(word: str, known: Sequence[str]) -> str:
    close = get_close_matches(word.upper(), known, n=1, cutoff=0.7)
    return f"did you mean {close[0]}?" if close and close[0] != word.upper() else ""


def _start(sparql: str, reported: int, expected: str) -> int:
    """Where the text begins that the engine could not read.

    It reports the end of the stretch that it compared with a keyword, so the lengths of those keywords are tried.
    """
    lengths = {len(word) for word in re.findall(r"(?<![\w'])[A-Z_]{2,}(?![\w'])", expected)}
    lengths |= {1} if "[_]" in expected else set()
    for length in sorted(lengths):
        at = reported - length
        if at >= 0 and re.compile(r"(?<![\w?$:<@^\\])\S|(?<=\w)[^\w\s]").match(sparql, at):
            return at
    while reported < len(sparql) and sparql[reported].isspace():
        reported += 1
    return reported


def _unknown_prefix(sparql: str, at: int) -> QueryError:
    name = re.search(r"([^\s:<>(){}|/^!,;]*):[^\s:]*$", sparql[:at])
    prefix = printable(name.group(1)) if name else ""
    close = get_close_matches(prefix, PREFIXES, n=1)
    known = f"did you mean {close[0]}:?" if close else f"known without one: {', '.join(PREFIXES)}"
    return QueryError(
        f"the prefix {prefix}: is not declared",
        where=_place(sparql, name.start() if name else at),
        hint=f"add `PREFIX {prefix}: <…>` at the top; {known}",
    )


def _offset(text: str, line: int, column: int) -> int:
    """The offset of a line and column, both from 1."""
    lines = text.split("\n")[: line - 1]
    return min(len(text), sum(len(x) + 1 for x in lines) + column - 1)


def _place(text: str, at: int) -> str:
    """Line and column of an offset, as a person counts them."""
    before = text[:at]
    return f"line {before.count(chr(10)) + 1}, column {at - (before.rfind(chr(10)) + 1) + 1}"
