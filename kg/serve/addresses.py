"""Where the pages of a server lead."""

from __future__ import annotations

from dataclasses import dataclass

from kg.serve.table import local

__all__ = ["ServedAddresses"]

_MENU = (("/vocabulary", "Vocabulary"), ("/sparql", "SPARQL"), ("/openapi.json", "API"))


@dataclass(frozen=True, slots=True)
class ServedAddresses:
    """As :class:`kg.pages.Addresses` says; ``path`` is the address of the page itself."""

    path: str
    title: str = "kg"
    menu: tuple[tuple[str, str], ...] = _MENU
    home: str = "/"
    search: str = "/search"
    feed: str = ""
    policy: str = ""
    scripts: tuple[str, ...] = ("/static/find-served.js", "/static/find.js")

    @property
    def here(self) -> str:
        """The entry of the menu that the page is."""
        return dict(self.menu).get(self.path.rstrip("/"), "")

    def file(self, name: str) -> str:
        """A file that all pages ask for."""
        return f"/static/{name}"

    def thing(self, iri: str) -> str:
        """The page of an entity or a paper."""
        return local(iri) or ""

    def data(self, iri: str, suffix: str) -> str:
        """An entity or a paper in another form."""
        page = local(iri) or ""
        return f"/api{page}" if suffix == "json" else f"{page}.{suffix}"

    def vocabulary(self, kind: str) -> str:
        """The tree of the vocabulary, of one type."""
        return f"/vocabulary?type={kind}"

    def papers(self, iri: str) -> str:
        """None: a page is asked for more."""
        return ""

    def cluster(self, number: int) -> str:
        """None: a server measures when it is asked to."""
        return ""
