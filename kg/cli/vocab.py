"""``kg vocab``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from kg.cli.options import EntityTypes, format_option, graph_option
from kg.cli.output import console, counted, default_format, emit, flat, is_verbose, note
from kg.errors import NotFoundError
from kg.iri import slugify
from kg.model import EntityType
from kg.store import GraphFolder
from kg.vocabulary import Concept, Vocabulary, expand, load, read
from kg.vocabulary import check as run_check

__all__ = ["vocab"]


@click.group()
def vocab() -> None:
    """List, show, check, extend and align the vocabulary: the built-in one with what belongs to the graph.

    \b
    Example:  kg vocab show LoRA
              kg vocab add "Foo Tuning" --type Method --definition "Tunes foo." --broader "Fine-Tuning"
    """


def _vocabulary(graph: str, beside: Sequence[Path] = ()) -> Vocabulary:
    folder = GraphFolder(graph)
    if not folder.exists():
        if graph != "kg-graph":
            note(f"{graph}: no graph there; this is the built-in vocabulary")
        return load(beside)
    if not (folder.path / "CURRENT").is_file():
        return load([*folder.vocabulary_files(), *beside])
    current = folder.current()
    return load([*folder.vocabulary_files(current), *beside], builtin=current.manifest["builtin"])


@vocab.command("list", epilog="Example:  kg vocab list --type Metric --match loss")
@graph_option
@click.option("--type", "kind", type=EntityTypes(), metavar="TYPE", help="Only entries of this type.")
@click.option("--match", metavar="TEXT", default="", help="Only entries a label of which holds this text.")
@format_option()
def list_(graph: str, kind: str | None, match: str, form: str | None) -> None:
    """List the entries, by label."""
    rows = sorted(
        (
            c
            for c in _vocabulary(graph)
            if (kind is None or c.type == kind) and any(match.casefold() in label.casefold() for label in c.labels)
        ),
        key=lambda c: (c.label.casefold(), c.slug),
    )
    emit(
        rows,
        form,
        {"label": lambda c: c.label, "type": lambda c: c.type, "definition": lambda c: c.definition},
        empty="no entry fits",
    )


@vocab.command("show", epilog="Example:  kg vocab show LoRA")
@click.argument("name", nargs=-1, required=True, metavar="NAME")
@graph_option
@format_option()
def show(name: tuple[str, ...], graph: str, form: str | None) -> None:
    """Show an entry, or each of those that share the name."""
    words, known = " ".join(name), _vocabulary(graph)
    found = [known[slug] for slug in known.named(words)]
    if not found:
        near = known.near(words)
        hint = f"did you mean {' or '.join(f'“{n}”' for n in near)}?" if near else "see `kg vocab list --match TEXT`"
        raise NotFoundError(f"no entry called “{words}” in the vocabulary", hint=hint)
    if default_format(form) != "table":
        emit(found, form, {})
        return
    for concept in found:
        _print(concept, known)


def _print(concept: Concept, known: Vocabulary) -> None:
    from rich.text import Text

    out = console()

    def labels(slugs: tuple[str, ...]) -> str:
        return ", ".join(known[s].label if s in known else s for s in slugs)

    out.print(Text.assemble((flat(concept.label), "bold"), f"  {concept.type or 'no type'}"))
    narrower = tuple(c.slug for c in known if concept.slug in c.broader)
    for name, text in (
        ("", concept.definition),
        ("also", ", ".join(concept.aliases)),
        ("hidden", ", ".join(concept.hidden)),
        ("broader", labels(concept.broader)),
        ("narrower", labels(narrower)),
        ("related", labels(concept.related)),
        ("extends", labels(concept.extends)),
        ("part of", labels(concept.part_of)),
        ("not the same as", labels(concept.not_same_as)),
        ("cues", ", ".join(concept.cues)),
        ("case", "matters" if concept.match_case else ""),
        ("matches", " ".join((*concept.exact_match, *concept.close_match, *concept.broad_match))),
        ("file", concept.file),
    ):
        if text:
            out.print(Text.assemble((f"{name}: " if name else "", "bold"), flat(text)))


@vocab.command("check", epilog="Example:  kg vocab check my-field.ttl")
@click.argument("files", nargs=-1, metavar="[FILE...]")
@graph_option
@format_option()
def check(files: tuple[str, ...], graph: str, form: str | None) -> int:
    """Check the vocabulary, or the files given beside it: duplicate labels, cycles in broader, missing types, links to
    no entry. Exit code 1 where anything is found."""
    if files:
        given = expand(files)
        known = _vocabulary(graph, given)
        # What a file is to blame for: what stands in it, and what came with it, such as a second entry for a label.
        before, slugs = set(run_check(_vocabulary(graph))), {c.slug for c in read(given)}
        rows = [c for c in run_check(known) if c[1] in slugs or c not in before]
        count = len(slugs)
    else:
        known = _vocabulary(graph)
        rows = run_check(known)
        count = len(known)
    if rows:
        findings = [{"kind": kind, "entry": slug, "file": known[slug].file, "what": what} for kind, slug, what in rows]
        emit(findings, form, {name: (lambda r, name=name: r[name]) for name in ("kind", "entry", "file", "what")})  # type: ignore[misc]
        return 1
    note(f"{counted(count, 'entry')}, nothing wrong")
    return 0


@vocab.command("add", epilog='Example:  kg vocab add LoRA-XS --type Method --definition "A tiny LoRA." --broader LoRA')
@click.argument("label")
@graph_option
@click.option("--type", "kind", type=EntityTypes(), metavar="TYPE", required=True, help="One of the six types.")
@click.option("--definition", required=True, help="One line: what it is and what sets it apart.")
@click.option("--alias", "aliases", multiple=True, help="Another name; may be repeated.")
@click.option("--broader", multiple=True, metavar="NAME", help="An entry above it; may be repeated.")
@click.option(
    "--cue", "cues", multiple=True, metavar="WORD", help="A word near a homonym of this sense; may be repeated."
)
@click.option("--match-case", is_flag=True, help="Match one-word labels in their own case only.")
@click.option("--file", "path", type=click.Path(path_type=Path), help="The file to add to (default: the graph's own).")
def add(
    label: str, graph: str, kind: EntityType, definition: str, aliases: tuple[str, ...], broader: tuple[str, ...],
    cues: tuple[str, ...], match_case: bool, path: Path | None,
) -> None:  # fmt: skip
    """Add an entry to the graph's own vocabulary, or to a file. The next `kg build` links it, in old papers too."""
    from kg.vocabulary.edit import add as write
    from kg.vocabulary.edit import new_concept

    folder = GraphFolder(graph)
    if path is None and not folder.exists():
        folder.current()
    for text in (label, *aliases):
        if not slugify(text):
            raise click.UsageError(f"“{text}” has no letter or digit to be known by")
    known = _vocabulary(graph, [path] if path and path.exists() else ())
    concept = new_concept(
        known, label, kind, definition, aliases=aliases, broader=broader, cues=cues, match_case=match_case
    )
    target = path or folder.vocabulary / "own.ttl"
    write(concept, target)
    then = f"`kg build -g {graph}` links it" if path is None else f"`kg build --vocabulary {path} SOURCE…` uses it"
    note(f"added {concept.slug} to {target}; {then}")


@vocab.command("import", epilog="Example:  kg vocab import mesh.ttl --type Concept     kg vocab import CSO.csv")
@click.argument("source", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE")
@graph_option
@click.option(
    "--type", "kind", type=EntityTypes(), metavar="TYPE", default="Concept", show_default=True,
    help="The type of its entries.",
)  # fmt: skip
@click.option("--name", metavar="TEXT", help="What the vocabulary is called (default: the file's name).")
@click.option(
    "-o", "--output", "path", type=click.Path(path_type=Path),
    help="The file to write (default: one in the graph's own vocabulary).",
)  # fmt: skip
def import_(source: Path, graph: str, kind: EntityType, name: str | None, path: Path | None) -> None:
    """Bring another field's vocabulary: a SKOS file (Turtle, RDF/XML, JSON-LD …), CSO's CSV, or JSON Lines.

    Each concept becomes an entry with its labels, its place in the tree, and its own IRI as exact match. A concept that
    bears the preferred label of an entry is that entry. Labels that name another entry already are left out (-v lists
    them). The next `kg build` links the entries, in old papers too.
    """
    from kg.vocabulary.edit import write_entries
    from kg.vocabulary.foreign import adopt
    from kg.vocabulary.thesaurus import read_topics

    folder = GraphFolder(graph)
    if path is None and not folder.exists():
        folder.current()
    stem = slugify(source.name.removesuffix(".gz").rsplit(".", 1)[0]) or "imported"
    target = path or folder.vocabulary / f"imported-{stem}.ttl"
    topics = read_topics(source)
    # What an earlier import of the same file brought is no entry of another.
    beside = [p for p in _files(graph) if p != target]
    made = adopt(topics, load(beside, builtin=_builtin(graph)), kind, name or source.name)
    write_entries(
        (*made.entries, *made.matched), target, f"Imported by kg from {source.name}; its licence is its source's."
    )
    if is_verbose():
        for label, why in made.left_out:
            note(f"left out: “{label}” {why}")
    then = f"`kg build -g {graph}` links them" if path is None else f"`kg build --vocabulary {path} SOURCE…` uses them"
    note(
        f"{counted(len(topics), 'concept')} of {source}: {counted(len(made.entries), 'new entry')}, "
        f"{len(made.matched):,} known already, {counted(len(made.left_out), 'label')} left out; {target}; {then}"
    )


def _files(graph: str) -> list[Path]:
    folder = GraphFolder(graph)
    if not folder.exists():
        return []
    return folder.vocabulary_files(folder.current() if (folder.path / "CURRENT").is_file() else None)


def _builtin(graph: str) -> bool:
    folder = GraphFolder(graph)
    built = folder.exists() and (folder.path / "CURRENT").is_file()
    return bool(folder.current().manifest["builtin"]) if built else True


@vocab.command("align", epilog="Example:  kg vocab align CSO.csv --format tsv > candidates.tsv")
@click.argument("source", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE")
@graph_option
@click.option(
    "--min-score", type=click.FloatRange(0, 1), default=0.0, metavar="0..1", help="Only candidates of at least this."
)
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="How many to list (default: all).")
@click.option("--accept", is_flag=True, help="FILE is the reviewed list: write its matches into the vocabulary.")
@click.option(
    "-o", "--output", "path", type=click.Path(path_type=Path),
    help="With --accept: the file to write (default: one in the graph's own vocabulary).",
)  # fmt: skip
@format_option()
def align(
    source: Path, graph: str, min_score: float, limit: int | None, accept: bool, path: Path | None, form: str | None
) -> None:
    """List which entries match concepts of another vocabulary (skos:exactMatch, closeMatch, broadMatch).

    FILE is a SKOS file, CSO's CSV or JSON Lines. Candidates come by name, and are ranked by name and by the neighbours
    that both vocabularies give a term. They are proposals: print them as TSV, delete the lines that are wrong, and
    write the rest into the vocabulary with --accept.
    """
    from kg.vocabulary.align import align as run
    from kg.vocabulary.align import as_turtle, read_reviewed
    from kg.vocabulary.thesaurus import read_topics

    known = _vocabulary(graph)
    if not accept:
        found = [a for a in run(known, read_topics(source)) if a.score >= min_score][:limit]
        emit(
            found,
            form,
            {
                "entry": lambda a: a.label,
                "relation": lambda a: a.relation,
                "topic": lambda a: a.topic_label,
                "score": lambda a: a.score,
                "context": lambda a: a.context,
            },
            empty="no entry is called as a concept there",
        )
        return
    reviewed = read_reviewed(source.read_text(encoding="utf-8", errors="replace"), str(source))
    unknown = sorted({a.entry for a in reviewed if a.entry not in known})
    if unknown:
        raise NotFoundError(f"no entry {', '.join(unknown[:3])} in the vocabulary", hint="nothing was written")
    folder = GraphFolder(graph)
    if path is None and not folder.exists():
        folder.current()
    target = path or folder.vocabulary / f"matches-{slugify(source.stem) or 'reviewed'}.ttl"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(as_turtle(reviewed, f"Matches reviewed in {source.name}"), encoding="utf-8")
    note(f"{counted(len(reviewed), 'line')} of matches written to {target}")
