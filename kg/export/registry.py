"""The formats that a graph is written in.

To add one, write a module in this folder that ends with ``FORMATS = (Exporter(...),)`` and give its name to
:data:`MODULES`. Nothing else has to change: the command line and the documentation read the registry.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from kg.store import Generation

__all__ = ["MODULES", "Exporter", "Options", "Progress", "Write", "load_formats"]

#: Called with the step's name, how much of it is done, and how much there is (None where that is not known).
Progress = Callable[[str, int, "int | None"], None]

MODULES = ("rdf", "rdf12", "skos", "void", "webannotation", "graphml", "gexf", "cytoscape", "tables", "parquet")


@dataclass(frozen=True, slots=True)
class Options:
    """What may be asked of an exporter; each passes over what does not concern it.

    :param light: without mentions, statements and provenance; of the vocabulary, the entities that occur and what they
        are narrower than
    :param graphs: which of the four graphs (papers, vocabulary, decisions, provenance); None is the format's own choice
    :param min_support: how many papers two entities share at least where they are joined by an edge; None is the least
        number that leaves at most :data:`kg.export.cooccurrence.EDGES` edges
    :param table: the table that goes to a stream where the format has several
    :param scratch: folder for temporary files; None is the system's
    """

    light: bool = False
    graphs: tuple[str, ...] | None = None
    min_support: int | None = None
    table: str | None = None
    scratch: Path | None = None
    progress: Progress | None = None

    def tell(self, step: str, done: int, total: int | None) -> None:
        """Reports progress where it is asked for."""
        if self.progress is not None:
            self.progress(step, done, total)


#: Writes to a stream, never holding the whole graph in memory; returns how many statements or rows it wrote.
Write = Callable[[Generation, Options, BinaryIO], int]


@dataclass(frozen=True, slots=True)
class Exporter:
    """One format.

    :param name: what a user calls it
    :param description: one line for the list of formats
    :param extension: usual ending of a file, with the dot
    :param media_type: what a server calls it
    :param rdf: whether it holds statements, so that ``graphs`` and ``light`` mean something to it
    :param write: writes it
    :param tables: where the format is a folder of several tables: their names, each with its function
    """

    name: str
    description: str
    extension: str
    media_type: str
    rdf: bool
    write: Write
    tables: tuple[tuple[str, Write], ...] = ()

    @property
    def default_name(self) -> str:
        """Name of the file, or of the folder, where the user gives none."""
        return f"graph-{self.name}" if self.tables else f"graph{self.extension}"


def load_formats() -> dict[str, Exporter]:
    """Every format by name, in the order of :data:`MODULES`."""
    from importlib import import_module

    modules = (import_module(f"{__package__}.{name}") for name in MODULES)
    return {found.name: found for module in modules for found in module.FORMATS}
