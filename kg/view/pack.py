"""Columns of numbers and texts as one block of a page: compressed, in base64, read by the browser without a library."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Column", "Columns", "pack", "unpack"]

Column: TypeAlias = "NDArray[np.integer[Any]] | Sequence[Any]"
"""Numbers of 0 or more, or anything that JSON can say."""

Columns: TypeAlias = Mapping[str, Column]

_TYPES = ("uint8", "uint16", "uint32")


def pack(columns: Columns) -> str:
    """Columns as text for a page: numbers in the smallest type that holds them, byte planes apart, gzip, base64.

    The bytes of each significance stand together, because small differences between neighbours compress better so.
    The same columns give the same text.

    :raises ValueError: for a number below 0 or above 2³² - 1

    >>> unpack(pack({"a": np.array([1, 70000]), "b": ["x", None]}))
    {'a': [1, 70000], 'b': ['x', None]}
    """
    head: dict[str, list[Any]] = {}
    parts = []
    for name, column in columns.items():
        if isinstance(column, np.ndarray):
            kind = _smallest(column)
            numbers = np.ascontiguousarray(column, dtype=np.dtype(kind).newbyteorder("<"))
            raw = numbers.view(np.uint8).reshape(len(numbers), numbers.itemsize).T.tobytes()
        else:
            kind = "json"
            text = json.dumps(column, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
            raw = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode()
        head[name] = [kind, len(raw)]
        parts.append(raw)
    start = json.dumps(head, separators=(",", ":")).encode()
    block = b"".join([len(start).to_bytes(4, "little"), start, *parts])
    return base64.b64encode(gzip.compress(block, 6, mtime=0)).decode()


def unpack(text: str) -> dict[str, list[Any]]:
    """The columns of a packed text: the inverse of :func:`pack`, as the page's script does it too."""
    block = gzip.decompress(base64.b64decode(text))
    size = int.from_bytes(block[:4], "little")
    at = 4 + size
    found: dict[str, list[Any]] = {}
    for name, (kind, length) in json.loads(block[4:at]).items():
        raw = block[at : at + length]
        at += length
        if kind == "json":
            found[name] = json.loads(raw)
        else:
            wide = np.dtype(kind).itemsize
            planes = np.frombuffer(raw, np.uint8).reshape(wide, -1)
            found[name] = np.ascontiguousarray(planes.T).view(np.dtype(kind).newbyteorder("<")).ravel().tolist()
    return found


def _smallest(numbers: NDArray[Any]) -> str:
    low, high = (int(numbers.min()), int(numbers.max())) if len(numbers) else (0, 0)
    for kind in _TYPES:
        if low >= 0 and high <= np.iinfo(kind).max:
            return kind
    raise ValueError(f"a column holds {low if low < 0 else high}, which is no number from 0 to 2³² - 1")
