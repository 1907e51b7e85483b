"""The formats that papers are read from: one module a format.

To add one, write a module in this folder that ends with ``FORMATS = (Format(...),)`` and give its name to
:data:`MODULES`. Nothing else has to change: recognition, the command line and the documentation read the registry.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from kg.model import Paper, Problem

__all__ = ["LIKELY", "MODULES", "NO", "POSSIBLE", "SURE", "Format", "Report", "detect", "load_formats"]

Report = Callable[[Problem], None]

NO, POSSIBLE, LIKELY, SURE = range(4)

MODULES = (
    "json_lines",
    "csl_json",
    "json_array",
    "arxiv_atom",
    "daily_papers_html",
    "bibtex",
    "ris",
    "delimited",
    "daily_papers",
)


@dataclass(frozen=True, slots=True)
class Format:
    """One way in which papers are written down.

    :param name: what a user calls it, and what :attr:`kg.model.Origin.format` holds
    :param description: one line for the list of formats
    :param extensions: usual endings with the dot, lower case; they only break ties
    :param sniff: of the first 64 KiB (decompressed, UTF-8 without mark) and the file name: how sure it is,
        :data:`NO` to :data:`SURE`
    :param read: of the bytes, the name for origins and the report: papers one by one, never the whole file in memory
    """

    name: str
    description: str
    extensions: tuple[str, ...]
    sniff: Callable[[bytes, str], int]
    read: Callable[[BinaryIO, str, Report], Iterator[Paper]]


def load_formats() -> dict[str, Format]:
    """Every format by name, in the order of :data:`MODULES`."""
    from importlib import import_module

    modules = (import_module(f"{__package__}.{name}") for name in MODULES)
    return {found.name: found for module in modules for found in module.FORMATS}


def detect(head: bytes, name: str, formats: dict[str, Format]) -> Format | None:
    """The format that is surest of ``head``; the extension of ``name``, then the order, decides between equals."""
    path = name.lower()
    for compression in (".gz", ".bz2", ".xz", ".zst"):
        path = path.removesuffix(compression)
    ranked = [
        (found.sniff(head, path), path.endswith(found.extensions), -place, found)
        for place, found in enumerate(formats.values())
    ]
    best = max(ranked, key=lambda entry: entry[:3])
    return best[3] if best[0] > NO else None
