"""A graph -> files that other programs read.

:data:`FORMATS` lists the formats; to add one, see :mod:`kg.export.registry`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import BinaryIO

from kg.errors import KGError
from kg.export.files import is_special, one_line, to_file, to_folder
from kg.export.registry import Exporter, Options, Progress, load_formats
from kg.export.statements import CHOICES
from kg.store import Generation

__all__ = ["CHOICES", "FORMATS", "Exporter", "Options", "Progress", "export", "export_file", "to_file"]

FORMATS: dict[str, Exporter] = load_formats()
"""Every format by name."""


def export(
    generation: Generation,
    format: str,
    out: BinaryIO,
    *,
    light: bool = False,
    graphs: Sequence[str] | None = None,
    min_support: int | None = None,
    table: str | None = None,
    scratch: Path | None = None,
    progress: Progress | None = None,
) -> int:
    """Writes a graph to a stream, never holding all of it in memory.

    :param format: a name in :data:`FORMATS`
    :param light: without mentions, statements and provenance
    :param graphs: which of papers, vocabulary, decisions and provenance, for the RDF formats; without a choice, N-Quads
        and TriG hold all, the others all but the provenance
    :param min_support: how many papers two entities share at least where an edge joins them, for graphml, gexf and csv;
        without a choice, the least number that leaves at most :data:`kg.export.cooccurrence.EDGES` edges
    :param table: the table to write, for csv (edges unless another is named); :func:`export_file` writes all of them
    :param scratch: folder for temporary files; None is the system's
    :returns: how many statements, nodes and edges, or rows were written
    :raises KGError: if there is no such format, graph or table, an option does not go with the format, the graph cannot
        be read or the stream cannot be written
    :raises BrokenPipeError: if the reader of the stream went away
    """
    chosen = None if graphs is None else tuple(graphs)
    options = Options(light, chosen, min_support, table, scratch, progress)
    found = _checked(format, options)
    with one_line(str(getattr(out, "name", "the output"))):
        count = found.write(generation, options, out)
        # A full disk may show only here.
        out.flush()
    return count


def export_file(
    generation: Generation,
    format: str,
    path: Path,
    *,
    light: bool = False,
    graphs: Sequence[str] | None = None,
    min_support: int | None = None,
    table: str | None = None,
    progress: Progress | None = None,
) -> int:
    """Writes a graph to a file, as :func:`export` does; what stood there before stays until all is written.

    A format of several tables makes ``path`` a folder with a file for each, unless ``table`` names one or ``path`` ends
    as a file of that format does: then it is the one table.

    :raises KGError: as :func:`export`
    """
    place = path.resolve()
    # Sorting needs about as much room as what is written: a disk that is chosen for the one has room for the other,
    # whereas the system's folder for temporary files may lie in memory.
    scratch = None if is_special(place) else place.parent
    options = Options(light, None if graphs is None else tuple(graphs), min_support, table, scratch, progress)
    found = _checked(format, options)
    if found.tables and table is None and path.suffix.lower() != found.extension:
        return to_folder(
            path, {f"{n}{found.extension}": partial(write, generation, options) for n, write in found.tables}
        )
    return to_file(path, partial(found.write, generation, options))


def _checked(format: str, options: Options) -> Exporter:
    if format not in FORMATS:
        raise KGError(f"no format is called {format!r}", hint=f"there are {', '.join(FORMATS)}")
    found = FORMATS[format]
    if options.graphs is not None and not found.rdf:
        raise KGError(f"{format} holds no RDF graphs to choose from", hint="leave the choice of graphs out")
    if options.min_support is not None and options.min_support < 1:
        raise KGError(f"{options.min_support} papers in common are no edge", hint="give a number from 1")
    if options.table is not None and options.table not in dict(found.tables):
        names = ", ".join(name for name, _ in found.tables)
        hint = f"there are {names}" if names else "leave the table out"
        raise KGError(f"{format} has no table {options.table!r}", hint=hint)
    return found
