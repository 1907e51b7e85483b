"""The errors that a user meets: each says what was wrong, where, and what to do, in one line."""

from __future__ import annotations

__all__ = ["GraphBusyError", "GraphError", "KGError", "NotFoundError", "QueryError", "SourceError", "VocabularyError"]


class KGError(Exception):
    """Base of every error that is the user's to mend; the command line prints it as one line.

    :param what: what was wrong, without a full stop
    :param where: file, position, record: whatever leads the user there
    :param hint: what to do

    >>> print(KGError("no such file", where="papers.bib", hint="check the path"))
    papers.bib: no such file; check the path
    """

    def __init__(self, what: str, *, where: str = "", hint: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.hint = hint

    def __str__(self) -> str:
        text = f"{self.where}: {self.what}" if self.where else self.what
        text = f"{text}; {self.hint}" if self.hint else text
        return " ".join(text.split())


class SourceError(KGError):
    """A file or a record that cannot be read."""


class GraphError(KGError):
    """A graph folder that is missing, foreign, damaged or of another schema version."""


class GraphBusyError(GraphError):
    """A graph that another process is writing."""


class VocabularyError(KGError):
    """A vocabulary file that cannot be read or breaks a rule."""


class QueryError(KGError):
    """A query that cannot be parsed, bound or answered."""


class NotFoundError(KGError):
    """No entity or paper of that name; ``hint`` suggests near ones."""
