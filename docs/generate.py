"""Writes the pages of ``docs/reference`` that follow from the code; a test compares them."""

from __future__ import annotations

import ast
import inspect
from dataclasses import fields, is_dataclass
from pathlib import Path
from types import UnionType
from typing import Literal, Union, get_args, get_origin, get_type_hints

import click

from kg import analyze, describe, export, settings, sources
from kg.cli.main import cli
from kg.graph import Stats
from kg.graph.curating import Candidate
from kg.query import all_queries
from kg.report import Report
from kg.resolve import Decision
from kg.store import Build, Hit
from kg.trust import Change
from kg.vocabulary import Concept

REFERENCE = Path(__file__).parent / "reference"
NOTE = "<!-- Written by docs/generate.py: change the code, then run it. -->\n"


def main() -> None:
    """Writes every page."""
    for name, text in pages().items():
        (REFERENCE / name).write_text(text, encoding="utf-8")


def pages() -> dict[str, str]:
    """The pages by file name."""
    return {
        "commands.md": commands(),
        "formats.md": formats(),
        "json.md": shapes(),
        "ontology.md": terms(),
        "queries.md": queries(),
        "settings.md": thresholds(),
    }


def commands() -> str:
    """The help page of every command."""
    text = f"{NOTE}# Commands\n\n```\n{_help(cli, 'kg')}\n```\n"
    for path, command in _walk(cli, "kg"):
        text += f"\n## {path}\n\n```\n{_help(command, path)}\n```\n"
    return text


def _walk(group: click.Group, path: str) -> list[tuple[str, click.Command]]:
    found: list[tuple[str, click.Command]] = []
    context = click.Context(group, info_name=path)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        found.append((f"{path} {name}", command))
        if isinstance(command, click.Group):
            found += _walk(command, f"{path} {name}")
    return found


def _help(command: click.Command, path: str) -> str:
    context = click.Context(
        command, info_name=path, terminal_width=110, max_content_width=110, help_option_names=["-h", "--help"]
    )
    return command.get_help(context)


def thresholds() -> str:
    """The fields of the settings with their values, and the comments that stand above them."""
    source = inspect.getsource(settings.Settings)
    lines, comment, rows = source.splitlines(), [], []
    names = {node.target.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.AnnAssign)}  # type: ignore[union-attr]
    said = ""
    for line in lines:
        stripped = line.strip()
        if stripped.startswith("#:"):
            comment.append(stripped[2:].strip())
            continue
        name = stripped.split(":")[0]
        if name in names:
            said = " ".join(comment) or said
            rows.append(f"| `{name}` | {getattr(settings.SETTINGS, name)} | {said} |")
        comment = []
    head = f"{NOTE}# Settings\n\n`kg.settings.SETTINGS`: every threshold of the reading of papers.\n\n"
    return head + "| name | value | meaning |\n|---|---|---|\n" + "\n".join(rows) + "\n"


def formats() -> str:
    """What is read and what is written."""
    read = "\n".join(f"| {f.name} | {f.description} |" for f in sources.FORMATS.values())
    written = "\n".join(f"| {f.name} | {f.extension} | {f.description} |" for f in export.FORMATS.values())
    return (
        f"{NOTE}# Formats\n\n## Read\n\nRecognised by content, gzipped or not.\n\n"
        f"| format | what |\n|---|---|\n{read}\n\n"
        f"## Written by `kg export`\n\n| format | file | what |\n|---|---|---|\n{written}\n"
    )


def queries() -> str:
    """The named queries with their parameters."""
    text = f"{NOTE}# Named queries\n\n`kg query --name NAME -p key=value`; `kg query --list` prints them.\n"
    for query in all_queries():
        text += f"\n## {query.name}\n\n{query.title}. {query.description}\n"
        if query.parameters:
            text += "\n| parameter | type | default | what |\n|---|---|---|---|\n"
            for p in query.parameters:
                default = "required" if p.default is None else p.default
                text += f"| {p.name} | {p.type} | {default} | {p.description} |\n"
        values = "".join(f" -p {k}='{v}'" for k, v in query.example.items())
        text += f"\n```\nkg query --name {query.name}{values}\n```\n"
    return text


def terms() -> str:
    """The classes and properties of the ontology, each with what it relates to and an example."""
    import pyoxigraph as ox

    from kg.iri import PREFIXES, TERM
    from kg.resources import ontology

    facts: dict[str, dict[str, list[ox.NamedNode | ox.BlankNode | ox.Literal]]] = {}
    order: list[str] = []
    for name in ("kg.ttl", "alignments.ttl"):
        for quad in ox.parse(path=str(ontology() / name), format=ox.RdfFormat.TURTLE):
            subject = getattr(quad.subject, "value", str(quad.subject))
            if subject not in facts:
                order.append(subject)
            facts.setdefault(subject, {}).setdefault(quad.predicate.value, []).append(quad.object)  # type: ignore[arg-type]
    rdf, rdfs, owl, skos, dc = (PREFIXES[n] for n in ("rdf", "rdfs", "owl", "skos", "dcterms"))
    known = PREFIXES | {
        "fabio": "http://purl.org/spar/fabio/", "oa": "http://www.w3.org/ns/oa#", "bibo": "http://purl.org/ontology/bibo/",
        "pro": "http://purl.org/spar/pro/",
    }  # fmt: skip

    def short(iri: str) -> str:
        for prefix, base in known.items():
            if iri.startswith(base):
                return f"{prefix}:{iri.removeprefix(base)}"
        return f"<{iri}>"

    def items(node: object) -> list[object]:
        """The members of an RDF list."""
        found: list[object] = []
        while (at := getattr(node, "value", "")) in facts and f"{rdf}first" in facts[at]:
            found += facts[at][f"{rdf}first"]
            node = facts[at][f"{rdf}rest"][0]
        return found

    def place(term: str) -> str:
        """Where its heading is found: of two that differ in case alone, the property's comes second."""
        name = term.removeprefix(TERM)
        twin = name[0].islower() and f"{TERM}{name[0].upper()}{name[1:]}" in facts
        return f"kg{name.lower()}{'-1' if twin else ''}"

    def shown(node: object) -> str:
        """A term, or what a class or data type without a name is made of."""
        if isinstance(node, ox.NamedNode):
            own = node.value.startswith(TERM) and node.value in facts
            return f"[`{short(node.value)}`](#{place(node.value)})" if own else f"`{short(node.value)}`"
        if isinstance(node, ox.Literal):
            return f"`{node.value}`"
        inner = facts.get(getattr(node, "value", ""), {})
        for predicate in ("unionOf", "oneOf"):
            for listed in inner.get(f"{owl}{predicate}", []):
                return " or ".join(map(shown, items(listed)))
        return "a class without a name"

    def values(term: str, *predicates: str) -> list[object]:
        return list(dict.fromkeys(value for predicate in predicates for value in facts[term].get(predicate, [])))

    def entry(term: str) -> str:
        label, comment = (getattr(values(term, f"{rdfs}{n}")[0], "value", "") for n in ("label", "comment"))
        rows = [
            ("name", [f"`{term}`"]),
            ("narrower than", map(shown, values(term, f"{rdfs}subClassOf", f"{rdfs}subPropertyOf"))),
            ("of", map(shown, values(term, f"{rdfs}domain"))), ("to", map(shown, values(term, f"{rdfs}range"))),
            ("like elsewhere", map(shown, values(term, f"{skos}exactMatch", f"{skos}closeMatch", f"{skos}broadMatch",
                                                 f"{owl}equivalentClass", f"{owl}equivalentProperty"))),
            ("note", (getattr(v, "value", "") for v in values(term, f"{skos}editorialNote"))),
        ]  # fmt: skip
        kinds = [str(short(getattr(k, "value", ""))) for k in values(term, f"{rdf}type")]
        rows.append(("kind", (f"`{k}`" for k in kinds if k not in ("owl:Class",))))
        text = f"\n### {short(term)}\n\n*{label}* — {comment}\n\n| | |\n|---|---|\n"
        for name, found in rows:
            if listed := list(found):
                text += f"| {name} | {', '.join(listed)} |\n"
        examples = "\n".join(getattr(v, "value", "") for v in values(term, f"{skos}example"))
        return f"{text}\n```turtle\n{examples}\n```\n"

    home = TERM.removesuffix("#")
    about = {n: getattr(values(home, iri)[0], "value", "") for n, iri in (
        ("title", f"{dc}title"), ("description", f"{dc}description"), ("version", f"{owl}versionInfo"),
        ("licence", f"{dc}license"))}  # fmt: skip
    own = [t for t in order if t.startswith(TERM) and f"{rdf}type" in facts[t]]
    classes = [t for t in own if any(getattr(k, "value", "") == f"{owl}Class" for k in values(t, f"{rdf}type"))]
    properties = [t for t in own if t not in classes]
    listed = {name: ", ".join(shown(ox.NamedNode(t)) for t in some) for name, some in
              (("Classes", classes), ("Properties", properties))}  # fmt: skip
    text = (
        f"{NOTE}# The ontology\n\n{about['title']}, version {about['version']}. {about['description']} "
        f"Licence: <{about['licence']}>.\n\nNamespace `{TERM}`, prefix `kg:`. The file is "
        "[kg.ttl](../../ontology/kg.ttl); [why it is as it is](../../ontology/README.md).\n"
        f"\n**Classes**: {listed['Classes']}\n\n**Properties**: {listed['Properties']}\n"
    )
    text += "\n## Classes\n" + "".join(map(entry, classes))
    return text + "\n## Properties\n" + "".join(map(entry, properties))


# What the rows of each command are.
ROWS: dict[str, tuple[type, ...]] = {
    "kg show": (describe.EntityView, describe.PaperView),
    "kg search": (Hit,),
    "kg stats": (Stats,),
    "kg analyze clusters": (analyze.Cluster,),
    "kg analyze themes": (analyze.MappedTheme,),
    "kg analyze resolutions": (analyze.Resolution,),
    "kg analyze bridges": (analyze.Bridge,),
    "kg analyze gaps": (analyze.Gap,),
    "kg analyze central": (analyze.Central,),
    "kg analyze links": (analyze.MissingLink,),
    "kg analyze backtest": (analyze.Backtest,),
    "kg analyze path": (analyze.EvidencePath,),
    "kg analyze compare": (analyze.Comparison,),
    "kg analyze trends": (analyze.Trend,),
    "kg analyze new": (analyze.News,),
    "kg analyze evolution": (analyze.Evolution,),
    "kg report": (Report,),
    "kg diff": (Change,),
    "kg history": (Build,),
    "kg candidates": (Candidate,),
    "kg candidates decisions": (Decision,),
    "kg vocab list, kg vocab show": (Concept,),
}


def shapes() -> str:
    """The fields of the rows that commands print as JSON, and of what stands inside them."""
    text = (
        f"{NOTE}# What `--format json` and `jsonl` print\n\n"
        "`json` is one array of rows, `jsonl` a row a line. A row has the fields of its dataclass. "
        "`csv` and `tsv` have a column a field, what is nested in it as JSON. `kg extract` is described in "
        "[extraction](extraction.md); `kg query` prints SPARQL 1.1 Results JSON as `json`, and as `jsonl` an object "
        "a row with plain values.\n"
    )
    seen: list[type] = []
    for command, rows in ROWS.items():
        text += f"\n## {command}\n\nRows: {', '.join(f'[{_name(row)}](#{_anchor(row)})' for row in rows)}\n"
        for row in rows:
            _collect(row, seen)
    for kind in seen:
        text += f"\n### {_name(kind)}\n\n{' '.join(inspect.getdoc(kind).split())}\n\n| field | type |\n|---|---|\n"  # type: ignore[union-attr]
        hints = get_type_hints(kind)
        for field in fields(kind):  # type: ignore[arg-type]
            text += f"| `{field.name}` | {_type(hints[field.name])} |\n"
    return text


def _name(kind: type) -> str:
    return f"{kind.__module__.removeprefix('kg.')}.{kind.__qualname__}"


def _anchor(kind: type) -> str:
    return _name(kind).replace(".", "").lower()


def _collect(kind: type, seen: list[type]) -> None:
    if kind in seen:
        return
    seen.append(kind)
    for hint in get_type_hints(kind).values():
        for inner in _inside(hint):
            _collect(inner, seen)


def _inside(hint: object) -> list[type]:
    if isinstance(hint, type) and is_dataclass(hint):
        return [hint]
    return [found for argument in get_args(hint) for found in _inside(argument)]


def _type(hint: object) -> str:
    if get_origin(hint) is Literal:
        return ", ".join(f"`{a}`" for a in get_args(hint))
    if isinstance(hint, type) and is_dataclass(hint):
        return f"[{_name(hint)}](#{_anchor(hint)})"
    if get_origin(hint) is tuple:
        parts = [_type(a) for a in get_args(hint) if a is not Ellipsis]
        return f"array of {parts[0]}" if Ellipsis in get_args(hint) else f"array: {', '.join(parts)}"
    if get_origin(hint) in (Union, UnionType):
        return " or ".join("null" if a is type(None) else _type(a) for a in get_args(hint))
    names = {str: "string", int: "integer", float: "number", bool: "boolean"}
    return names.get(hint, str(hint))  # type: ignore[arg-type]


if __name__ == "__main__":
    main()
