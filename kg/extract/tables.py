"""Trained parts as files: a table of keys with columns of numbers; the same content gives the same bytes."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from kg.errors import KGError

__all__ = ["Table", "digest", "part_file", "parts_folder", "read", "write"]

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class Table:
    """``keys`` name the rows of each column; a column whose name begins with ``_`` stands for itself."""

    keys: tuple[str, ...]
    columns: dict[str, Array]

    def __getitem__(self, name: str) -> Array:
        return self.columns[name]


def write(path: Path, table: Table) -> None:
    """Writes a table.

    :raises ValueError: if a column has another length than the keys, or a key holds a line break
    """
    if any("\n" in key for key in table.keys):
        raise ValueError("a key holds a line break")
    for name, column in table.columns.items():
        if not name.startswith("_") and len(column) != len(table.keys):
            raise ValueError(f"column {name}: {len(column)} rows for {len(table.keys)} keys")
    keys = np.frombuffer("\n".join(table.keys).encode("utf-8"), dtype=np.uint8)
    columns: dict[str, Any] = {f"column {k}": v for k, v in table.columns.items()}
    np.savez_compressed(path, keys=keys, **columns)


def read(path: Path) -> Table:
    """Reads a table.

    :raises KGError: if the file is missing or no table
    """
    try:
        with np.load(path, allow_pickle=False) as file:
            text = file["keys"].tobytes().decode("utf-8")
            columns = {name.removeprefix("column "): file[name] for name in file.files if name != "keys"}
    except (OSError, ValueError, KeyError) as error:
        raise KGError(
            "a trained part cannot be read", where=str(path), hint="install the package anew or run `kg train`"
        ) from error
    return Table(tuple(text.split("\n")) if text else (), columns)


def parts_folder(model: str) -> Path:
    """The folder of a profile's trained parts, or the folder itself where a path is given."""
    inside = Path(__file__).parent / "models" / model
    return inside if inside.is_dir() else Path(model)


def part_file(folder: Path, name: str) -> Path:
    """The file of a trained part; what a profile has not of its own is that of ``fast``."""
    own = folder / f"{name}.npz"
    # Without types it is no folder of parts at all.
    return parts_folder("fast") / f"{name}.npz" if (folder / "kinds.npz").is_file() and not own.is_file() else own


def digest(folder: Path) -> str:
    """A hash of all trained parts of a folder: part of the extractor's version."""
    found = hashlib.sha256()
    for path in sorted([*folder.glob("*.npz"), *folder.glob("*.onnx")]):
        found.update(path.name.encode() + b"\0" + path.read_bytes())
    return found.hexdigest()[:12]
