"""GraphML: the co-occurrence network, for networkx, Gephi, Cytoscape, yEd and igraph."""

from __future__ import annotations

from typing import BinaryIO

from kg.export.cooccurrence import EDGES, cooccurrence
from kg.export.registry import Exporter, Options
from kg.export.xmltext import escaped
from kg.store import EntityRow, Generation

__all__ = ["FORMATS"]

_KEYS = (
    ("label", "node", "string"),
    ("type", "node", "string"),
    ("papers", "node", "long"),
    ("known", "node", "boolean"),
    ("definition", "node", "string"),
    ("weight", "edge", "long"),
    ("min_support", "graph", "long"),
)
_STEP = 20_000


def _write(generation: Generation, options: Options, out: BinaryIO) -> int:
    network = cooccurrence(generation, options.min_support)

    def put(text: str) -> None:
        out.write(text.encode())

    put('<?xml version="1.0" encoding="UTF-8"?>\n<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n')
    for name, owner, kind in _KEYS:
        put(f'<key id="{name}" for="{owner}" attr.name="{name}" attr.type="{kind}"/>\n')
    put(f'<graph edgedefault="undirected">\n<data key="min_support">{network.min_support}</data>\n')
    for entity, papers in zip(network.entities, network.papers, strict=True):
        put(_node(entity, papers))
    names = [escaped(entity.iri) for entity in network.entities]
    count = 0
    for count, (one, two, weight) in enumerate(network.edges(), start=1):
        put(f'<edge source="{names[one]}" target="{names[two]}"><data key="weight">{weight}</data></edge>\n')
        if count % _STEP == 0:
            options.tell("write", count, None)
    put("</graph>\n</graphml>\n")
    return len(names) + count


def _node(entity: EntityRow, papers: int) -> str:
    definition = f'<data key="definition">{escaped(entity.definition)}</data>' if entity.definition else ""
    return (
        f'<node id="{escaped(entity.iri)}"><data key="label">{escaped(entity.label)}</data>'
        f'<data key="type">{entity.type}</data><data key="papers">{papers}</data>'
        f'<data key="known">{"true" if entity.known else "false"}</data>{definition}</node>\n'
    )


FORMATS = (
    Exporter(
        name="graphml",
        description=f"GraphML: the network of entities named together, at most {EDGES:,} edges unless asked for more",
        extension=".graphml",
        media_type="application/graphml+xml",
        rdf=False,
        write=_write,
    ),
)
