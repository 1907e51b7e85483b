"""A vector for each word of a text in its context: the lower layers of a transformer, in whole numbers of 8 bits.

One text a pass, so that the scales of the 8-bit numbers come from that text alone: the same text gives the same vectors
in any batch and with any number of workers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from kg.errors import KGError
from kg.extract.tables import Array
from kg.extract.wordpieces import WordPieces

__all__ = ["LONGEST", "Encoder", "load_encoder"]

#: Pieces that one pass takes, its two borders among them; a longer text is read in stretches.
LONGEST = 512
_EPSILON = 1e-12


class Encoder:
    """Embeddings of pieces, and the layers above them as an ONNX graph."""

    def __init__(self, parts: dict[str, Array], graph: bytes) -> None:
        import onnxruntime as ort  # type: ignore[import-untyped]

        options = ort.SessionOptions()
        # One thread: workers are processes, and the order of sums stays the same.
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session: Any = ort.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
        names = parts["pieces"].tobytes().decode("utf-8").split("\n")
        self._pieces = WordPieces.of(names)
        self._start, self._end = names.index("[CLS]"), names.index("[SEP]")
        self._table, self._scale = parts["table"], parts["scale"].astype(np.float32)
        self._positions = parts["positions"].astype(np.float32)
        self._gain, self._shift = parts["gain"], parts["shift"]

    @property
    def width(self) -> int:
        """Numbers of a vector."""
        return int(self._table.shape[1])

    def vectors(self, words: Sequence[str]) -> Array:
        """A vector for each word, (words, width): the mean of its pieces' states in the last layer."""
        found: list[Array] = [np.zeros((0, self.width), dtype=np.float32)]
        for pieces in self._stretches([self._pieces(word) for word in words]):
            ids = np.array([self._start, *(p for own in pieces for p in own), self._end])
            [states] = self._session.run(None, {"embedded": self._embed(ids)})
            starts = np.cumsum([1, *map(len, pieces)])
            sums = np.add.reduceat(states, starts[:-1], axis=0)
            # What is summed last runs on to the closing border.
            sums[-1] -= states[-1]
            found.append(sums / np.diff(starts)[:, None].astype(np.float32))
        return np.concatenate(found)

    def _stretches(self, pieces: Sequence[tuple[int, ...]]) -> Iterator[list[tuple[int, ...]]]:
        """The words in stretches that one pass takes; of a word that is none by itself the first pieces."""
        held: list[tuple[int, ...]] = []
        room = LONGEST - 2
        for own in pieces:
            own = own[: LONGEST - 2]
            if len(own) > room:
                yield held
                held, room = [], LONGEST - 2
            held.append(own)
            room -= len(own)
        if held:
            yield held

    def _embed(self, ids: Array) -> Array:
        rows = self._table[ids].astype(np.float32) * self._scale[ids, None] + self._positions[: len(ids)]
        rows -= rows.mean(axis=1, keepdims=True)
        rows /= np.sqrt((rows**2).mean(axis=1, keepdims=True) + _EPSILON)
        return np.asarray(rows * self._gain + self._shift, dtype=np.float32)


@lru_cache(maxsize=1)
def load_encoder(folder: Path) -> Encoder:
    """The encoder of a folder: ``embeddings.npz`` and ``layers.onnx``.

    :raises KGError: if one is missing, or the library that runs it
    """
    try:
        with np.load(folder / "embeddings.npz", allow_pickle=False) as file:
            parts = {name: file[name] for name in file.files}
        return Encoder(parts, (folder / "layers.onnx").read_bytes())
    except ImportError as error:
        raise KGError("the encoder needs onnxruntime", hint="pip install onnxruntime, or use --profile fast") from error
    except (OSError, ValueError, KeyError) as error:
        raise KGError(
            "a trained part cannot be read", where=str(folder), hint="install the package anew or run `kg train`"
        ) from error
