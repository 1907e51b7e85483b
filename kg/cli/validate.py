"""``kg validate``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from kg.cli.options import format_option, graph_option, open_graph
from kg.cli.output import console, counted, flat, interactive, note, to_json
from kg.cli.progress import progress_bar
from kg.errors import KGError

if TYPE_CHECKING:
    from kg.trust import Violation

__all__ = ["validate"]


@click.command(epilog="Example:  kg validate     kg validate edited.ttl     kg validate --sample 200")
@click.argument("files", nargs=-1, metavar="[FILE...]")
@graph_option
@click.option(
    "--sample", type=click.IntRange(1), metavar="N",
    help="Check about N papers, spread evenly over the graph, with all that they say; not the entities.",
)  # fmt: skip
@click.option(
    "--limit", type=click.IntRange(0), default=100, show_default=True, help="Violations listed at most; 0: all."
)
@format_option("table", "json", help="How to print: table on a terminal, json when piped.")
def validate(files: tuple[str, ...], graph: str, sample: int | None, limit: int, form: str | None) -> int:
    """Check the graph against its SHACL shapes, or RDF files that someone edited.

    The graph is checked in parts of a hundred papers, in constant memory and about a millisecond a node (some thirty a
    paper). Needs pySHACL: pip install 'kg-papers[validate]'

    Exit code: 0 all conforms, 1 something does not (it is listed), 2 a file cannot be read.
    """
    from kg.query import data_store
    from kg.trust import validate as run

    violations: list[Violation] = []
    wrong = 0

    def keep(violation: Violation) -> None:
        nonlocal wrong
        wrong += 1
        if not limit or len(violations) < limit:
            violations.append(violation)

    with progress_bar() as progress:
        store = data_store(files) if files else open_graph(graph).store
        checked = run(store, keep, progress, sample=sample)
    if files and not checked and not wrong:
        raise KGError("nothing to check: no paper, mention, statement or entity in it", where=", ".join(files))
    if (form or ("table" if interactive() else "json")) == "json":
        found = {"conforms": not wrong, "checked": checked, "wrong": wrong, "violations": violations}
        click.echo(to_json(found, pretty=True))
    else:
        _print(violations)
        if wrong > len(violations):
            note(f"… and {counted(wrong - len(violations), 'more violation')}; --limit 0 lists all")
        note(f"{counted(checked, 'node')} checked, {counted(wrong, 'violation') if wrong else 'all conform'}.")
    return 1 if wrong else 0


def _print(violations: list[Violation]) -> None:
    from rich.text import Text

    out = console()
    for v in violations:
        out.print(Text.assemble((f"{v.kind or 'node'}: ", "bold red"), flat(v.message)))
        for name, value in (
            ("node", v.node), ("path", v.path), ("value", v.value), ("paper", v.title or v.paper), ("entity", v.entity),
            ("sentence", v.sentence),
        ):  # fmt: skip
            if value:
                out.print(Text.assemble((f"    {name}  ", "dim"), flat(value)))
