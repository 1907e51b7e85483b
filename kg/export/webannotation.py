"""W3C Web Annotations: each mention as an annotation of a paper's title or abstract, for annotation tools and viewers.

The body is the entity, the target a stretch of the field: by offsets (TextPositionSelector, Unicode code points, as the
model has them) and by its words with those around it (TextQuoteSelector). One page of JSON-LD with the model's context.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, BinaryIO

from kg.export.registry import Exporter, Options
from kg.iri import extractor_iri, mention_iri
from kg.model import FIELDS
from kg.store import Generation, Index, MentionTable, PaperRow

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["FORMATS"]

# Code points before and after a mention that tell its place when offsets have moved.
_AROUND = 32
_STEP = 20_000


def _write(generation: Generation, options: Options, out: BinaryIO) -> int:
    import orjson

    generator = extractor_iri(str(generation.manifest["extractor"]))
    out.write(b'{"@context":"http://www.w3.org/ns/anno.jsonld","type":"AnnotationPage","items":[')
    count = 0
    for annotation in _annotations(generation, generator):
        out.write((b",\n" if count else b"\n") + orjson.dumps(annotation))
        count += 1
        if count % _STEP == 0:
            options.tell("write", count, None)
    out.write(b"\n]}\n")
    return count


def _annotations(generation: Generation, generator: str) -> Iterator[dict[str, Any]]:
    import numpy as np

    table, index = MentionTable.open(generation.mentions), Index(generation.index)
    try:
        entities = [entity.iri for entity in index.entities()]
        bounds = np.searchsorted(table.paper, np.arange(table.papers + 1))
        for paper in index.each_paper():
            rows = np.arange(bounds[paper.row], bounds[paper.row + 1])
            yield from _of_paper(paper, table, rows, entities, generator)
    finally:
        index.close()


def _of_paper(
    paper: PaperRow, table: MentionTable, rows: NDArray[Any], entities: list[str], generator: str
) -> Iterator[dict[str, Any]]:
    texts = {"title": paper.title, "abstract": paper.abstract}
    hashes = {name: hashlib.sha256(text.encode()).hexdigest() for name, text in texts.items()}
    found = []
    for row in rows.tolist():
        name, start, end = FIELDS[table.field[row]], int(table.start[row]), int(table.end[row])
        found.append((FIELDS.index(name), start, end, entities[int(table.entity[row])]))
    for field, start, end, entity in sorted(found):
        name = FIELDS[field]
        text = texts[name]
        yield {
            "id": mention_iri(paper.iri, name, hashes[name], start, end),
            "type": "Annotation",
            "motivation": "identifying",
            "generator": generator,
            "body": entity,
            "target": {
                "type": "SpecificResource",
                "source": f"{paper.iri}#{name}",
                "scope": paper.iri,
                "selector": [
                    {"type": "TextPositionSelector", "start": start, "end": end},
                    {
                        "type": "TextQuoteSelector",
                        "exact": text[start:end],
                        "prefix": text[max(0, start - _AROUND) : start],
                        "suffix": text[end : end + _AROUND],
                    },
                ],
            },
        }


FORMATS = (
    Exporter(
        name="webannotation",
        description="W3C Web Annotations in JSON-LD: each mention, by its offsets and its words",
        extension=".anno.jsonld",
        media_type='application/ld+json; profile="http://www.w3.org/ns/anno.jsonld"',
        rdf=False,
        write=_write,
    ),
)
