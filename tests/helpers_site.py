"""Papers of our own, with texts that a page must show and never obey, and a graph of them."""

from __future__ import annotations

from pathlib import Path

from helpers_papers import make, write_lines, write_vocabulary

import kg

HOSTILE = '</script><img src=x onerror=alert(1)> "quoted" & \u202eright to left \x1b[31m $\\frac{a}{b}$ 🦊'
LONG = "very " * 1200 + "long title about Lantern"
PAPERS: list[dict[str, object]] = [
    {
        "id": "2101.00001", "title": "Moss Attention in the dark", "published": "2021-01-05", "authors": ["Ada Ahl"],
        "abstract": "We use Moss Attention for Leaf Classification. Mossy attention reduces cost on FernBank.",
    },
    {
        "id": "2202.00002", "title": "Leaf Classification on FernBank", "published": "2022-02-06",
        "abstract": "A Bark Transformer is evaluated on FernBank. We introduce Lantern, a new model.",
    },
    {
        "id": "2303.00003", "title": f"Lantern {HOSTILE}", "published": "2023-03-07", "authors": [HOSTILE],
        "abstract": f"Lantern is used with a Bark Transformer. {HOSTILE} Moss Attention is used with Lantern.",
    },
    {"title": LONG, "abstract": "Lantern with a Bark Transformer.", "doi": "10.1000/CON_a b<c>"},
    {"title": "con: a paper with the name of a device", "abstract": "Lantern for Leaf Classification."},
]  # fmt: skip


def make_graph(folder: Path, papers: list[dict[str, object]] = PAPERS) -> kg.Graph:
    """A graph of some papers with a small vocabulary, built anew or added to what is there."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    vocabulary = write_vocabulary(folder.with_suffix(".ttl"))
    make(folder, [write_lines(folder.with_suffix(".jsonl"), papers)], vocabulary, profile="vocabulary")
    return kg.open(folder)


def make_garden(folder: Path) -> kg.Graph:
    """A graph with three fields, some bridges between them, years, and the papers with hostile texts."""
    words = ["Amber", "Birch", "Cedar", "Dune", "Elm", "Flint", "Grove", "Heath"]
    kinds = ["Method", "Model", "Task", "Dataset", "Metric", "Concept", "Method", "Concept"]
    fields = ["Fern", "Moss", "Lichen"]
    turtle = [
        "@prefix kg: <https://w3id.org/kg-papers/ontology#> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .",
        "@prefix c: <https://w3id.org/kg-papers/concept/> .",
    ]
    for field in fields:
        for number, (word, kind) in enumerate(zip(words, kinds, strict=True)):
            slug = f"{word}-{field}".lower()
            above = f" ; skos:broader c:{words[0].lower()}-{field.lower()}" if number == 6 else ""
            turtle.append(
                f'c:{slug} a kg:{kind} ; skos:prefLabel "{word} {field}" ; skos:altLabel "{word}like {field}" ;'
                f' skos:definition "What {word.lower()} is to a {field.lower()}."{above} .'
            )
    vocabulary = folder.with_suffix(".ttl")
    vocabulary.write_text("\n".join(turtle), encoding="utf-8")
    papers = list(PAPERS)
    for number in range(72):
        field = fields[number % 3]
        inside = [f"{words[(number // 3 + step) % 8]} {field}" for step in (0, 1, 2, 4)]
        other = f"{words[number % 8]} {fields[(number + 1) % 3]}" if number % 8 == 0 else inside[0]
        papers.append({
            "title": f"On {inside[0]} and {inside[1]}, part {number}", "published": f"{2015 + number % 9}-05-04",
            "authors": ["Ada Ahl", "Bo Berg"], "doi": f"10.1000/garden.{number}",
            "abstract": f"We introduce {inside[2]} with {inside[3]}. It is compared with {inside[0]} and {other}.",
        })  # fmt: skip
    make(folder, [write_lines(folder.with_suffix(".jsonl"), papers)], str(vocabulary), profile="vocabulary")
    return kg.open(folder)
