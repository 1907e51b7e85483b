"""Writes the pages of ``docs/reference`` that follow from the code: ``python docs/generate.py``. A test compares them."""

from __future__ import annotations

import ast
import inspect
from pathlib import Path

import click

from kg import export, settings, sources
from kg.cli.main import cli
from kg.query import all_queries

REFERENCE = Path(__file__).parent / "reference"
NOTE = "<!-- Written by docs/generate.py: change the code, then run it. -->\n"


def main() -> None:
    """Writes every page."""
    for name, text in pages().items():
        (REFERENCE / name).write_text(text, encoding="utf-8")


def pages() -> dict[str, str]:
    """The pages by file name."""
    return {"commands.md": commands(), "settings.md": thresholds(), "formats.md": formats(), "queries.md": queries()}


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
    return command.get_help(click.Context(command, info_name=path, terminal_width=110, max_content_width=110))


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
    table = "\n".join(rows)
    return f"{NOTE}# Settings\n\n`kg.settings.SETTINGS`: every threshold of the reading of papers.\n\n| name | value | meaning |\n|---|---|---|\n{table}\n"


def formats() -> str:
    """What is read and what is written."""
    read = "\n".join(f"| {f.name} | {f.description} |" for f in sources.FORMATS.values())
    written = "\n".join(f"| {f.name} | {f.extension} | {f.description} |" for f in export.FORMATS.values())
    return (
        f"{NOTE}# Formats\n\n## Read\n\nRecognised by content, gzipped or not.\n\n| format | what |\n|---|---|\n{read}\n\n"
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
                text += f"| {p.name} | {p.type} | {p.default if p.default is not None else 'required'} | {p.description} |\n"
        values = "".join(f" -p {k}='{v}'" for k, v in query.example.items())
        text += f"\n```\nkg query --name {query.name}{values}\n```\n"
    return text


if __name__ == "__main__":
    main()
