"""What the server allows: one settings object, each value an option of ``kg serve`` or a constant with its reason."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Limits"]


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits and habits of a server; seconds, bytes and counts.

    >>> Limits(concurrency=8).slow, Limits(concurrency=2).slow
    (2, 1)
    """

    #: Whether the default graph is the union of all graphs, unless a query or request names its dataset.
    union: bool = True
    #: Seconds that a query may take.
    timeout: float = 30.0
    #: Rows (of CONSTRUCT and DESCRIBE triples) that an answer may have; more are cut off, and a header says so.
    rows: int = 100_000
    #: Queries that run at the same time, each in a process of its own.
    concurrency: int = 16
    #: Queries that wait for their turn; the next one is sent away.
    queue: int = 64
    #: Mebibytes of memory of the process that answers a query.
    memory: int = 512
    #: Seconds after which a query counts as slow. Slow ones take at most a quarter of the places: quick ones go on.
    patience: float = 1.0
    #: Seconds of the processor after which quicker queries go before a query. Its process cannot be given its place
    #: back, and ends with the query; starting another takes some 0.03 s.
    haste: float = 0.1
    #: Seconds of the processor after which everything else on the machine goes before it.
    labour: float = 0.5
    #: Bytes of a query, of a request's body, and of its address.
    query: int = 256 * 1024
    body: int = 1024 * 1024
    address: int = 16 * 1024
    #: Brackets that may stand in each other in a query. Oxigraph dies of some thousands.
    nesting: int = 1000
    #: Bytes of an answer, and of all answers that are being sent at one time.
    answer: int = 64 * 1024 * 1024
    answers: int = 512 * 1024 * 1024
    #: Seconds within which a reader must take the next 256 KiB of an answer.
    stall: float = 30.0
    #: Seconds within which a request's body must have come.
    upload: float = 20.0
    #: Seconds after which a client that was sent away may come again.
    retry: int = 5

    @property
    def slow(self) -> int:
        """How many of the places slow queries may take."""
        return max(1, self.concurrency // 4)
