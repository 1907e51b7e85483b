"""GEXF 1.3: the co-occurrence network, for Gephi."""

from __future__ import annotations

from typing import BinaryIO

from kg.export.cooccurrence import EDGES, cooccurrence
from kg.export.registry import Exporter, Options
from kg.export.xmltext import escaped
from kg.store import Generation

__all__ = ["FORMATS"]

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<gexf xmlns="http://gexf.net/1.3" version="1.3">
<graph defaultedgetype="undirected" mode="static">
<attributes class="node" mode="static">
<attribute id="type" title="type" type="string"/>
<attribute id="papers" title="papers" type="long"/>
<attribute id="known" title="known" type="boolean"/>
</attributes>
<nodes>
"""
_STEP = 20_000


def _write(generation: Generation, options: Options, out: BinaryIO) -> int:
    network = cooccurrence(generation, options.min_support)

    def put(text: str) -> None:
        out.write(text.encode())

    put(_HEAD)
    for entity, papers in zip(network.entities, network.papers, strict=True):
        put(
            f'<node id="{escaped(entity.iri)}" label="{escaped(entity.label)}"><attvalues>'
            f'<attvalue for="type" value="{entity.type}"/><attvalue for="papers" value="{papers}"/>'
            f'<attvalue for="known" value="{"true" if entity.known else "false"}"/></attvalues></node>\n'
        )
    put("</nodes>\n<edges>\n")
    names = [escaped(entity.iri) for entity in network.entities]
    count = 0
    for count, (one, two, weight) in enumerate(network.edges(), start=1):
        put(f'<edge id="{count}" source="{names[one]}" target="{names[two]}" weight="{weight}"/>\n')
        if count % _STEP == 0:
            options.tell("write", count, None)
    put("</edges>\n</graph>\n</gexf>\n")
    return len(names) + count


FORMATS = (
    Exporter(
        name="gexf",
        description=f"GEXF: the same network for Gephi, at most {EDGES:,} edges unless asked for more",
        extension=".gexf",
        media_type="application/gexf+xml",
        rdf=False,
        write=_write,
    ),
)
