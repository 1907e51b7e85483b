"""What takes a graph away: networkx, rdflib, files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from kg.errors import KGError
from kg.filters import Filters
from kg.graph.opened import Opened
from kg.iri import PREFIXES

if TYPE_CHECKING:
    import networkx as nx  # type: ignore[import-untyped]
    from rdflib import Dataset

    from kg.exchange import PushResult

__all__ = ["Taking", "place"]


class Taking(Opened):
    """The part of :class:`kg.Graph` that hands it to other tools."""

    def to_networkx(self, *, filters: Filters = Filters(), min_papers: int = 1) -> nx.Graph[str]:
        """The co-occurrence graph of entities: nodes are IRIs, weights papers in common.

        :param min_papers: least papers that two entities stand in together
        """
        from kg.analyze import cooccurrence, to_networkx

        projection = cooccurrence(self.table, self.keep(filters), weight="count", min_support=min_papers)
        return to_networkx(projection, self.index)

    def to_rdflib(self) -> Dataset:
        """All graphs as an rdflib Dataset in memory; some 20 µs a statement."""
        import rdflib
        from rdflib import Dataset

        data = Dataset(default_union=True)
        import pyoxigraph

        text = self.store.dump(format=pyoxigraph.RdfFormat.N_QUADS)
        data.parse(data=text or b"", format="nquads")
        for prefix, iri in PREFIXES.items():
            data.bind(prefix, rdflib.Namespace(iri))
        return data

    def export(self, format: str = "turtle", out: str | Path | BinaryIO | None = None, **options: Any) -> int:
        """Writes the graph in a format of :data:`kg.export.FORMATS`; to ``exports/`` unless told where.

        :param out: a file, a folder for a format of several tables, or a binary stream
        :param options: as :func:`kg.export.export`: ``light``, ``graphs``, ``min_support``, ``table``,
            ``progress``
        :return: how many statements or rows were written
        """
        from kg import export

        if out is None:
            if format not in export.FORMATS:
                raise KGError(f"no format is called {format!r}", hint=f"there are {', '.join(export.FORMATS)}")
            out = Path("exports") / export.FORMATS[format].default_name
        if isinstance(out, str | Path):
            return export.export_file(self.generation, format, place(out), **options)
        return export.export(self.generation, format, out, **options)

    def push(self, endpoint: str, **options: Any) -> PushResult:
        """Sends the graph to a server's Graph Store; options as :func:`kg.exchange.push`: ``light``, ``graphs``,
        ``into``, ``replace``, ``chunk``, ``login``, ``timeout``, ``progress``.
        """
        from kg.exchange import push

        return push(self.generation, endpoint, **options)


def place(out: str | Path) -> Path:
    """The place to write to.

    :raises KGError: if a file stands where one of its folders should
    """
    for parent in Path(out).absolute().parents:
        if parent.exists() and not parent.is_dir():
            raise KGError("is a file, and a folder is needed there", where=str(parent), hint="write elsewhere")
    return Path(out)
