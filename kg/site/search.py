"""The index that a site's pages search: no server and no request, but scripts that a page loads when it needs them.

A page on disk may not fetch a file, but it may load a script. So the words are cut into scripts by how they begin, each
of some tens of kilobytes, and what is found is told by others: a search loads a few of them, however many papers there
are. Things are numbered from what is named most on, so that the first numbers are the best.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import orjson

__all__ = ["Found", "SearchIndex", "words"]

# Words of such scripts are not parted by spaces: each character is one. The script of the page has the same ranges.
_CHARACTER = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff"
_WORD = re.compile(rf"[{_CHARACTER}]|(?:(?![{_CHARACTER}])[^\W_])+")
# Longer words are told apart by their beginning alone.
_LONGEST = 24
_BLOCK = 128
_SHARD = 48_000
_COMMON = 500


class _Output(Protocol):
    def write(self, name: str, content: str | bytes) -> None: ...


@dataclass(frozen=True, slots=True)
class Found:
    """What a search tells of a thing: ``kind`` is a type, or Paper; ``names`` are all that it is found by."""

    label: str
    page: str
    kind: str
    detail: str
    names: Sequence[str] = ()


def words(text: str) -> list[str]:
    """The words of a text as they are searched: lower case, without accents.

    >>> words("LoRA: Low-Rank Adaptation"), words("Naïve β-VAE"), words("机器翻译 2")
    (['lora', 'low', 'rank', 'adaptation'], ['naive', 'β', 'vae'], ['机', '器', '翻', '译', '2'])
    """
    plain = "".join(c for c in unicodedata.normalize("NFKD", text).lower() if not unicodedata.combining(c))
    return [word[:_LONGEST] for word in _WORD.findall(unicodedata.normalize("NFC", plain))]


@dataclass
class SearchIndex:
    """Collects things, the best first, and writes the scripts.

    A posting is twice the number of a thing, and one more where the word is not the whole of one of its names.
    """

    output: _Output
    _postings: dict[str, array[int]] = field(default_factory=dict)
    _block: list[tuple[str, str, str, str]] = field(default_factory=list)
    _count: int = 0

    def add(self, things: Iterable[Found]) -> None:
        """Adds things, each one's number following that of the one before."""
        for thing in things:
            whole: set[str] = set()
            every: set[str] = set()
            for name in (thing.label, *thing.names):
                found = words(name)
                every.update(found)
                if len(found) == 1 and thing.kind != "Paper":
                    whole.update(found)
            for word in every:
                self._postings.setdefault(word, array("I")).append(2 * self._count + (word not in whole))
            self._block.append((thing.label, thing.page, thing.kind, thing.detail))
            self._count += 1
            if len(self._block) == _BLOCK:
                self._flush()

    def _flush(self) -> None:
        number = (self._count - 1) // _BLOCK
        self.output.write(f"search/d{number}.js", _call("docs", number, self._block))
        self._block = []

    def close(self) -> None:
        """Writes what is left, the words, and the list of all scripts."""
        if self._block:
            self._flush()
        # What an eighth of all things have in their names tells nothing apart.
        common = sorted(w for w, p in self._postings.items() if len(p) > max(_COMMON, self._count // 8))
        for word in common:
            del self._postings[word]
        shards = list(_shards(sorted(self._postings), {w: len(p) for w, p in self._postings.items()}))
        for number, (_, inside) in enumerate(shards):
            part = {word: _steps(self._postings[word]) for word in inside}
            self.output.write(f"search/w{number}.js", _call("part", number, part))
        about = {"shards": [start for start, _ in shards], "common": common, "block": _BLOCK, "count": self._count}
        self.output.write("search/index.js", _call("index", about))


def _shards(ordered: Sequence[str], sizes: dict[str, int], depth: int = 0) -> Iterator[tuple[str, list[str]]]:
    """Sorted words in parts of about one size, each with the beginning that its words share.

    Only one part begins with the beginning of another: the words that are no longer than it.
    """
    # A posting takes some three characters, a word its own.
    weight = sum(3 * sizes[word] + len(word) + 6 for word in ordered)
    start = ordered[0][:depth] if ordered else ""
    if not ordered:
        return
    if weight <= _SHARD and depth:
        yield start, list(ordered)
        return
    short = [word for word in ordered if len(word) <= depth]
    if short:
        yield start, short
    rest = ordered[len(short) :]
    low = 0
    for i in range(1, len(rest) + 1):
        if i == len(rest) or rest[i][: depth + 1] != rest[low][: depth + 1]:
            yield from _shards(rest[low:i], sizes, depth + 1)
            low = i


def _steps(postings: array[int]) -> list[int]:
    """The first number and then the steps, which are shorter to write."""
    return [here - before for here, before in zip(postings, [0, *postings[:-1]], strict=True)]


def _call(function: str, *arguments: object) -> bytes:
    """A script that hands over some data. JSON is JavaScript; its file is read as UTF-8."""
    inner = b",".join(orjson.dumps(a) for a in arguments)
    # Two line ends that JSON allows in a text stand escaped, for old readers of JavaScript.
    inner = inner.replace(b"\xe2\x80\xa8", b"\\u2028").replace(b"\xe2\x80\xa9", b"\\u2029")
    return b"kgSearch." + function.encode() + b"(" + inner + b");\n"
