"""``kg verify``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from kg.cli.options import format_option, graph_option, open_graph
from kg.cli.output import console, counted, flat, interactive, note, to_json
from kg.cli.progress import progress_bar

if TYPE_CHECKING:
    from kg.trust import Finding, Verification

__all__ = ["verify"]


@click.command(epilog="Example:  kg verify     kg verify --format json --limit 0")
@graph_option
@click.option(
    "--workers", type=click.IntRange(1, 256), default=1, show_default=True, help="Processes that read papers."
)
@click.option(
    "--limit", type=click.IntRange(0), default=100, show_default=True, help="Findings listed at most; 0: all."
)
@format_option("table", "json", help="How to print: table on a terminal, json when piped.")
def verify(graph: str, workers: int, limit: int, form: str | None) -> int:
    """Read every mention and statement of the graph again and compare it with the text that it stands on.

    The text at the offsets is the surface form, the sentence holds it, the hashes are those of title and abstract, the
    IRIs those of their parts; papers and entities are there; each role has its statement and each statement its
    evidence; mention table, index and source records agree with the store.

    Exit code: 0 all holds, 1 something does not (it is listed), 2 the graph cannot be read.
    """
    findings: list[Finding] = []

    def keep(finding: Finding) -> None:
        if not limit or len(findings) < limit:
            findings.append(finding)

    with progress_bar() as progress:
        found = open_graph(graph).verify(keep, workers=workers, progress=progress)
    if (form or ("table" if interactive() else "json")) == "json":
        checks = [{"check": name, "checked": checked, "wrong": wrong} for name, checked, wrong in found.checks]
        click.echo(to_json({"wrong": found.wrong, "checks": checks, "triples": found.triples,
                            "seconds": round(found.seconds, 2), "findings": findings}, pretty=True))  # fmt: skip
    else:
        _print(found, findings)
    return 1 if found.wrong else 0


def _print(found: Verification, findings: list[Finding]) -> None:
    from rich.table import Table
    from rich.text import Text

    from kg.trust import CHECKS

    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("check", "checked", "wrong", "what holds"):
        table.add_column(name, justify="right" if name in ("checked", "wrong") else "left", overflow="fold")
    for name, checked, wrong in found.checks:
        table.add_row(name, f"{checked:,}", Text(f"{wrong:,}", "bold red" if wrong else ""), CHECKS[name])
    out = console()
    out.print(table)
    for finding in findings:
        out.print(Text.assemble((f"{finding.check}  ", "bold"), flat(finding.iri), f"\n    {flat(finding.reason)}"))
    if found.wrong > len(findings):
        note(f"… and {counted(found.wrong - len(findings), 'more finding')}; --limit 0 lists all")
    note(f"{counted(found.wrong, 'finding') if found.wrong else 'All holds'}; {found.triples:,} triples, "
         f"{found.seconds:.1f} s.")  # fmt: skip
