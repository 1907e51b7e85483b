"""Vocabularies of others: any SKOS file, the CSV of the Computer Science Ontology, JSON Lines with ids and labels."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote

from kg.errors import VocabularyError
from kg.iri import PREFIXES, slugify

__all__ = ["Topic", "read_topics"]

SKOS = PREFIXES["skos"]
_CSO = "https://cso.kmi.open.ac.uk/topics/"
# The relations of CSO's CSV, in the names of its versions, by what they mean here.
_RELATIONS: Mapping[str, str] = {
    "broadergeneric": "narrower",
    "supertopicof": "narrower",
    "relatedequivalent": "equivalent",
    "preferentialequivalent": "preferred",
    "primarylabel": "preferred",
    "contributesto": "related",
    "label": "label",
    "type": "",
    "relatedlink": "",
    "sameas": "",
}


@dataclass(frozen=True, slots=True)
class Topic:
    """A concept of another vocabulary; ``broader`` and ``related`` hold IRIs, not all of which need be topics."""

    iri: str
    label: str
    aliases: tuple[str, ...] = ()
    broader: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    definition: str = ""


def read_topics(path: str | Path) -> list[Topic]:
    """The topics of a file, sorted by IRI; gzipped or not.

    By the name's ending: ``.csv`` is CSO's, ``.jsonl`` has an ``id`` and a ``label`` or ``name`` a line (and ``alt``,
    ``broader``, ``related``, ``subtasks``), anything else is SKOS: Turtle, N-Triples, RDF/XML, JSON-LD, N-Quads, TriG.

    :raises VocabularyError: if the file cannot be read or holds no topic
    """
    path = Path(path)
    try:
        data = path.read_bytes()
        if path.suffix == ".gz":
            data = gzip.decompress(data)
    except (OSError, EOFError) as error:
        raise VocabularyError(f"cannot be read ({getattr(error, 'strerror', '') or error})", where=str(path)) from error
    name = path.name.removesuffix(".gz")
    if name.endswith(".csv"):
        found = _from_csv(_text(data, path), path)
    elif name.endswith((".jsonl", ".ndjson")):
        found = _from_lines(_text(data, path), path)
    else:
        found = _from_rdf(data, name, path)
    if not found:
        raise VocabularyError("holds no concept", where=str(path), hint="give a SKOS file or CSO's CSV")
    return sorted(found, key=lambda t: t.iri)


def _text(data: bytes, path: Path) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise VocabularyError("is not UTF-8", where=str(path)) from error


def _from_rdf(data: bytes, name: str, path: Path) -> list[Topic]:
    import pyoxigraph

    form = pyoxigraph.RdfFormat.from_extension(name.rsplit(".", 1)[-1]) or pyoxigraph.RdfFormat.TURTLE
    values: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    try:
        for quad in pyoxigraph.parse(data, form, base_iri="urn:x-local:"):
            if not isinstance(quad.subject, pyoxigraph.NamedNode):
                continue
            value = quad.object
            if isinstance(value, pyoxigraph.Literal):
                # English and plain first; another language only where there is nothing else.
                english = (value.language or "en").lower().split("-")[0] == "en"
                values[quad.subject.value][("" if english else "other ") + quad.predicate.value].append(value.value)
            elif isinstance(value, pyoxigraph.NamedNode):
                values[quad.subject.value][quad.predicate.value].append(value.value)
    except SyntaxError as error:
        place = f"{path}:{error.lineno}" if error.lineno else str(path)
        raise VocabularyError(f"not readable as {form.name}: {error.msg}", where=place) from error

    def texts(found: Mapping[str, list[str]], key: str) -> list[str]:
        return found.get(SKOS + key) or found.get(f"other {SKOS}{key}") or []

    above: dict[str, set[str]] = defaultdict(set)
    for iri, found in values.items():
        above[iri].update(found.get(SKOS + "broader", ()))
        for lower in found.get(SKOS + "narrower", ()):
            above[lower].add(iri)
    made = []
    for iri, found in values.items():
        labels = sorted(texts(found, "prefLabel"))
        if not labels:
            continue
        others = {*labels[1:], *texts(found, "altLabel"), *texts(found, "hiddenLabel")} - {labels[0]}
        notes = sorted(texts(found, "definition") or texts(found, "scopeNote"))
        made.append(
            Topic(
                iri, labels[0], tuple(sorted(others)), tuple(sorted(above[iri])),
                tuple(sorted(found.get(SKOS + "related", ()))), notes[0] if notes else "",
            )
        )  # fmt: skip
    return made


def _from_csv(text: str, path: Path) -> list[Topic]:
    """CSO: one row a triple, of names or of IRIs in angle brackets."""
    rows: dict[str, list[tuple[str, str]]] = defaultdict(list)
    try:
        for number, row in enumerate(csv.reader(io.StringIO(text)), start=1):
            if not row:
                continue
            if len(row) != 3:
                raise VocabularyError(
                    f"has {len(row)} columns, not subject, predicate, object", where=f"{path}:{number}"
                )
            subject, predicate, value = (cell.strip().strip("<>") for cell in row)
            term = predicate.replace("#", "/").replace(":", "/").rsplit("/", 1)[-1].lower()
            if term not in _RELATIONS:
                raise VocabularyError(f"“{predicate}” is no relation of CSO", where=f"{path}:{number}")
            if _RELATIONS[term]:
                rows[_RELATIONS[term]].append((_topic(subject), value if term == "label" else _topic(value)))
    except csv.Error as error:
        raise VocabularyError(f"is no CSV ({error})", where=str(path)) from error
    labels = {iri: label.removesuffix("@en").strip('"') for iri, label in rows["label"]}
    parent: dict[str, str] = {}

    def root(iri: str) -> str:
        while parent.get(iri, iri) != iri:
            iri = parent[iri]
        return iri

    for one, other in (*rows["equivalent"], *rows["preferred"]):
        a, b = sorted((root(one), root(other)))
        parent[b] = a
    preferred = {root(one): other for one, other in sorted(rows["preferred"])}
    names: dict[str, set[str]] = defaultdict(set)
    for pairs in rows.values():
        for one, other in pairs:
            names[root(one)].add(one)
            if pairs is not rows["label"]:
                names[root(other)].add(other)
    above: dict[str, set[str]] = defaultdict(set)
    beside: dict[str, set[str]] = defaultdict(set)
    for one, other in rows["narrower"]:
        above[root(other)].add(root(one))
    for one, other in rows["related"]:
        beside[root(one)].add(root(other))
    first = {key: preferred.get(key) or min(found, key=lambda n: (len(n), n)) for key, found in names.items()}

    def label(iri: str) -> str:
        return labels.get(iri) or unquote(iri.removeprefix(_CSO)).replace("_", " ")

    return [
        Topic(
            first[key], label(first[key]), tuple(sorted({label(n) for n in found} - {label(first[key])})),
            tuple(sorted(first[k] for k in above[key] if k != key)),
            tuple(sorted(first[k] for k in beside[key] if k != key)),
        )
        for key, found in names.items()
    ]  # fmt: skip


def _topic(name: str) -> str:
    return name if name.startswith("http") else _CSO + quote(name.replace(" ", "_"), safe="_-()',.")


def _from_lines(text: str, path: Path) -> list[Topic]:
    found: list[Topic] = []
    parts: dict[str, Topic] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            iri, label = str(row["id"]), str(row.get("label") or row["name"])
            lists = {key: _strings(row.get(key, ())) for key in ("alt", "broader", "related", "subtasks")}
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise VocabularyError(
                "not a JSON object with an id and a label or name", where=f"{path}:{number}"
            ) from error
        iri = _absolute(iri)
        found.append(
            Topic(
                iri,
                label,
                lists["alt"],
                tuple(map(_absolute, lists["broader"])),
                tuple(map(_absolute, lists["related"])),
            )
        )
        for name in lists["subtasks"]:
            lower = f"{iri}#{slugify(name)}"
            parts.setdefault(slugify(name), Topic(lower, name, (), (iri,)))
    known = {slugify(topic.label) for topic in found}
    return found + [topic for key, topic in parts.items() if key not in known]


def _strings(values: Iterable[object]) -> tuple[str, ...]:
    if isinstance(values, str) or not all(isinstance(v, str) for v in values):
        raise TypeError("a list of texts is needed")
    return tuple(str(v) for v in values)


def _absolute(iri: str) -> str:
    return iri if ":" in iri else f"urn:x-local:{quote(iri, safe='-._~')}"
