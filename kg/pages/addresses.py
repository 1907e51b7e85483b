"""Where pages lead: the one thing in which a server's pages and a static site's differ."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

__all__ = ["Addresses"]


class Addresses(Protocol):
    """The addresses that a page leads to, as they are written into it."""

    @property
    def title(self) -> str:
        """What the whole is called."""

    @property
    def menu(self) -> tuple[tuple[str, str], ...]:
        """Address and name of each entry of the menu."""

    @property
    def here(self) -> str:
        """The entry of the menu that this page belongs to, or nothing."""

    @property
    def home(self) -> str:
        """The start page."""

    @property
    def search(self) -> str:
        """Where the search form leads."""

    @property
    def feed(self) -> str:
        """The feed of new entities, or nothing."""

    @property
    def policy(self) -> str:
        """The content security policy that a page has to bring itself, where no server sends one."""

    @property
    def scripts(self) -> Sequence[str]:
        """Addresses of scripts that each page has beside those that all have."""

    def file(self, name: str) -> str:
        """A file of :data:`kg.pages.STATIC`."""

    def thing(self, iri: str) -> str:
        """The page of an entity or a paper."""

    def data(self, iri: str, suffix: str) -> str:
        """An entity or a paper as RDF (``ttl``, ``jsonld``) or, where that is offered, as ``json``; else nothing."""

    def vocabulary(self, kind: str) -> str:
        """The tree of the vocabulary, of one type."""

    def papers(self, iri: str) -> str:
        """The list of all papers that name an entity, or nothing where the page itself can be asked for more."""

    def cluster(self, number: int) -> str:
        """The page of a cluster, or nothing."""
