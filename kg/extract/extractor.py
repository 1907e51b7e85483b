"""The pipeline at work on many papers: memory that does not grow with their number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kg.extract.pipeline import DEFAULT_PROFILE, extract, load
from kg.model import Extraction, Paper

__all__ = ["Extractor"]

#: Papers after which the pipeline is loaded anew: spaCy keeps every word that it has met.
RENEWED = 1 << 13


class Extractor:
    """What a process reads papers with; the answer for a paper depends on that paper alone.

    >>> from kg.model import Origin
    >>> read = Extractor()
    >>> [(_, found)] = read([Paper("", "We fine-tune with LoRA.", Origin("", "", 0))])
    >>> [e.name for e in found.entities]
    ['LoRA']
    """

    def __init__(self, profile: str = DEFAULT_PROFILE, vocabulary: Sequence[str] = (), *, builtin: bool = True) -> None:
        self._profile, self._vocabulary, self._builtin = profile, tuple(vocabulary), builtin
        self._load()

    def _load(self) -> None:
        self._nlp = load(self._profile, self._vocabulary, builtin=self._builtin)
        # Spans are for those who work with spaCy's Docs, which nobody sees here.
        self._nlp.disable_pipe("kg_spans")
        self._read = 0

    def __call__(self, papers: Sequence[Paper]) -> Iterator[tuple[Paper, Extraction]]:
        """Each paper with what its text says, in the order given."""
        if self._read >= RENEWED:
            # Never two at a time.
            del self._nlp
            self._load()
        self._read += len(papers)
        yield from extract(self._nlp, papers)
