"""Cytoscape.js JSON: the co-occurrence network, for Cytoscape (CYJS) and for pages that draw with Cytoscape.js."""

from __future__ import annotations

from typing import BinaryIO

from kg.export.cooccurrence import EDGES, cooccurrence
from kg.export.registry import Exporter, Options
from kg.store import Generation

__all__ = ["FORMATS"]

_STEP = 20_000


def _write(generation: Generation, options: Options, out: BinaryIO) -> int:
    import orjson

    network = cooccurrence(generation, options.min_support)
    about = {"name": "Entities that papers name together", "min_support": network.min_support}
    out.write(b'{"format_version":"1.0","generated_by":"kg","target_cytoscapejs_version":"~3.0","data":')
    out.write(orjson.dumps(about) + b',"elements":{"nodes":[')
    for number, (entity, papers) in enumerate(zip(network.entities, network.papers, strict=True)):
        node = {
            "id": entity.iri, "name": entity.label, "type": entity.type, "papers": papers, "known": entity.known,
            "definition": entity.definition,
        }  # fmt: skip
        out.write((b",\n" if number else b"\n") + orjson.dumps({"data": node}))
    out.write(b'\n],"edges":[')
    names = [entity.iri for entity in network.entities]
    count = 0
    for count, (one, two, weight) in enumerate(network.edges(), start=1):
        edge = {"id": f"e{count}", "source": names[one], "target": names[two], "weight": weight}
        out.write((b",\n" if count > 1 else b"\n") + orjson.dumps({"data": edge}))
        if count % _STEP == 0:
            options.tell("write", count, None)
    out.write(b"\n]}}\n")
    return len(names) + count


FORMATS = (
    Exporter(
        name="cytoscape",
        description=f"Cytoscape.js JSON: the same network for Cytoscape, at most {EDGES:,} edges unless asked for more",
        extension=".cyjs",
        media_type="application/json",
        rdf=False,
        write=_write,
    ),
)
