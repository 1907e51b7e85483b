"""What the tests of the inner rooms share: papers, a vocabulary of invented names, files, and a graph as text."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from kg.build import BuildResult, build
from kg.iri import GRAPHS
from kg.model import Author, Origin, Paper
from kg.store import GraphFolder, open_store

NOWHERE = Origin("papers.jsonl", "jsonl", 1)

VOCABULARY = """
@prefix kg: <https://w3id.org/kg-papers/ontology#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix c: <https://w3id.org/kg-papers/concept/> .

c:moss-attention a kg:Method ; skos:prefLabel "Moss Attention" ; skos:altLabel "mossy attention" ;
    skos:definition "Attention over damp tokens." .
c:lantern a kg:Model ; skos:prefLabel "Lantern" ; kg:extends c:moss-attention ;
    skos:definition "A model that glows." .
c:fernbank a kg:Dataset ; skos:prefLabel "FernBank" ; skos:definition "Pictures of ferns." .
c:leaf-classification a kg:Task ; skos:prefLabel "Leaf Classification" ; skos:definition "Naming leaves." .
c:petal-score a kg:Metric ; skos:prefLabel "Petal Score" ; skos:definition "Share of petals found." .
c:sage-segmenter a kg:Model ; skos:prefLabel "SAGE Segmenter" ; skos:altLabel "SAGE" ;
    kg:cue "image" , "mask" ; kg:notSameAs c:sage-optimiser ; skos:definition "Cuts images." .
c:sage-optimiser a kg:Method ; skos:prefLabel "SAGE Optimiser" ;
    skos:altLabel "SAGE" , "sparse ascent guided by edges" ;
    kg:cue "gradient" , "step size" ; skos:definition "Takes steps." .
c:bark-transformer a kg:Method ; skos:prefLabel "Bark Transformer" ; skos:altLabel "BT" ;
    skos:definition "A transformer over bark." .
"""


def paper(
    title: str,
    abstract: str = "",
    *identifiers: str,
    authors: Iterable[str] = (),
    issued: str | None = None,
    venue: str | None = None,
    url: str | None = None,
    origin: Origin = NOWHERE,
) -> Paper:
    """A record with what matters to a test."""
    return Paper(
        title, abstract, origin, identifiers=tuple(sorted(identifiers)), authors=tuple(map(Author, authors)),
        issued=issued, venue=venue, url=url,
    )  # fmt: skip


def write_lines(path: Path, records: Iterable[Mapping[str, Any]]) -> str:
    """Writes records as JSON Lines; returns the path as a user would give it."""
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return str(path)


def write_vocabulary(path: Path) -> str:
    """Writes the vocabulary of invented names; returns its path."""
    path.write_text(VOCABULARY, encoding="utf-8")
    return str(path)


def make(folder: Path, sources: Iterable[str], vocabulary: str, **options: Any) -> BuildResult:
    """Builds a graph with that vocabulary alone."""
    return build(GraphFolder(folder), list(sources), vocabulary=[vocabulary], builtin=False, **options)


def dump(folder: Path, *, provenance: bool = False) -> list[str]:
    """Every statement of the current generation as a line of N-Quads, sorted; provenance only where asked for."""
    import pyoxigraph

    text = open_store(GraphFolder(folder).current().store).dump(format=pyoxigraph.RdfFormat.N_QUADS)
    ending = f"<{GRAPHS['provenance']}> ."
    lines = (text or b"").decode().split("\n")
    return sorted(line for line in lines if line and (provenance or not line.endswith(ending)))
