"""RDF 1.2: each statement of a paper as a reifier of the triple that it claims, in Turtle 1.2.

```
<statement/…> rdf:reifies <<( concept:qlora kg:extends concept:lora )>> ; kg:statedIn paper:arxiv/2305.14314 ; …
```

takes the place of ``kg:subject``, ``kg:predicate`` and ``kg:object``; all else is as in Turtle. A reifier asserts
nothing, so that denied claims can stand there too; what is asserted stands as a triple beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import TYPE_CHECKING, BinaryIO

from kg.export.registry import Exporter, Options
from kg.export.statements import chosen, sorted_statements
from kg.iri import BASE, PREFIXES, TERM
from kg.store import Generation

if TYPE_CHECKING:
    from pyoxigraph import Triple

__all__ = ["FORMATS"]

_STATEMENT = f"<{BASE}statement/".encode()
_PARTS = tuple(f"<{TERM}{name}>".encode() for name in ("subject", "predicate", "object"))
_REIFIES = f"<{PREFIXES['rdf']}reifies>".encode()
_GRAPHS = ("papers", "vocabulary", "decisions")


def _write(generation: Generation, options: Options, out: BinaryIO) -> int:
    from pyoxigraph import RdfFormat, serialize

    from kg.export.rdf import LABELS, Headed, parsed, sorted_prefixes

    count = 0

    def counted(lines: Iterable[bytes]) -> Iterator[bytes]:
        nonlocal count
        for count, line in enumerate(lines, start=1):
            if count % (1 << 16) == 0:
                options.tell("write", count, None)
            yield line

    with sorted_statements(generation, chosen(options, _GRAPHS), options, named=False) as lines:
        triples: Iterator[Triple] = (quad.triple for quad in parsed(counted(_reified(lines))))
        headed = Headed(out, sorted_prefixes)
        serialize(triples, headed, RdfFormat.TURTLE, prefixes=LABELS)  # type: ignore[arg-type]
    headed.finish()
    return count


def _reified(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Sorted lines, those of a statement brought together; one that lacks a part stays as it is."""
    for subject, group in groupby(lines, key=lambda line: line[: line.index(b" ")]):
        if not subject.startswith(_STATEMENT):
            yield from group
            continue
        held = list(group)
        parts = dict.fromkeys(_PARTS, b"")
        rest = []
        for line in held:
            _, predicate, value = line.split(b" ", 2)
            if predicate in parts and not parts[predicate]:
                parts[predicate] = value.rstrip()[:-1].rstrip()
            else:
                rest.append(line)
        if all(parts.values()):
            yield b"%s %s <<( %s )>> .\n" % (subject, _REIFIES, b" ".join(parts.values()))
            yield from rest
        else:
            yield from held


FORMATS = (
    Exporter(
        name="rdf12",
        description="Turtle 1.2: statements as RDF 1.2 reifiers of the triples that they claim; one graph",
        extension=".rdf12.ttl",
        media_type="text/turtle; version=1.2",
        rdf=True,
        write=_write,
    ),
)
