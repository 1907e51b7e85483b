"""How rows and pages are printed: tables for people, JSON and CSV for programs; nothing that a terminal would obey."""

from __future__ import annotations

import csv
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, is_dataclass
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["console", "default_format", "emit", "flat", "interactive", "plain", "safe", "to_json"]

# Control characters, and those that turn the direction of text.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029]")
_FORMULA = re.compile(r"^[=+\-@\t\r]")


def interactive() -> bool:
    """Whether standard output is a terminal."""
    return sys.stdout.isatty()


def default_format(form: str | None) -> str:
    """The format asked for, else table on a terminal and jsonl elsewhere."""
    return form or ("table" if interactive() else "jsonl")


def safe(text: str) -> str:
    r"""Text in which control characters are shown, not obeyed.

    >>> safe("a\x1b[31mb\nc")
    'a\\x1b[31mb\nc'
    """
    return _CONTROL.sub(
        lambda m: f"\\x{ord(m.group()):02x}" if ord(m.group()) < 256 else f"\\u{ord(m.group()):04x}", text
    )


def flat(text: str) -> str:
    """Text on one line, control characters shown."""
    return safe(" ".join(text.split()))


def plain(value: Any) -> Any:
    """Dataclasses as dictionaries, for JSON."""
    return asdict(value) if is_dataclass(value) and not isinstance(value, type) else value


def to_json(value: Any, *, pretty: bool = False) -> str:
    """A value as JSON; numbers that JSON does not know become null."""
    import orjson

    options = orjson.OPT_INDENT_2 if pretty else 0
    return orjson.dumps(value, option=options | orjson.OPT_SERIALIZE_NUMPY, default=plain).decode()


def console(*, error: bool = False) -> Console:
    """A rich console: colours on a terminal only, width of the terminal or 120."""
    from rich.console import Console

    stream = sys.stderr if error else sys.stdout
    return Console(file=stream, width=None if stream.isatty() else 120, highlight=False, soft_wrap=False)


def emit(
    rows: Iterable[Any],
    form: str | None,
    columns: Mapping[str, Callable[[Any], object]],
    *,
    title: str = "",
    empty: str = "nothing found",
) -> None:
    """Prints rows.

    :param columns: heading and text of each column of the table; the other formats print all of a row
    :param empty: what is said on standard error where there is no row
    """
    chosen = default_format(form)
    listed = list(rows)
    if not listed and chosen == "table":
        click.echo(empty, err=True)
        return
    if chosen == "table":
        _table(listed, columns, title)
    elif chosen == "json":
        click.echo(to_json(listed, pretty=True))
    elif chosen == "jsonl":
        for row in listed:
            click.echo(to_json(row))
    else:
        _separated(listed, "," if chosen == "csv" else "\t")


def _table(rows: Sequence[Any], columns: Mapping[str, Callable[[Any], object]], title: str) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table(title=title or None, title_justify="left", box=None, pad_edge=False, header_style="bold")
    cells = {name: [get(row) for row in rows] for name, get in columns.items()}
    for name, values in cells.items():
        numeric = all(isinstance(v, int | float) for v in values)
        table.add_column(name, justify="right" if numeric else "left", overflow="fold", no_wrap=numeric)
    for i in range(len(rows)):
        table.add_row(*(Text(_cell(values[i])) for values in cells.values()))
    console().print(table)


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.3g}" if abs(value) < 1000 else f"{value:,.0f}"
    return flat(str(value)) if value is not None else ""


def _separated(rows: Sequence[Any], delimiter: str) -> None:
    if not rows:
        return
    records = [plain(row) for row in rows]
    names = list(dict.fromkeys(k for record in records for k in record))
    writer = csv.writer(sys.stdout, delimiter=delimiter, lineterminator="\r\n" if delimiter == "," else "\n")
    writer.writerow(names)
    for record in records:
        writer.writerow([_field(record.get(name)) for name in names])


def _field(value: object) -> object:
    if value is None or isinstance(value, int | float):
        return value
    text = value if isinstance(value, str) else to_json(value)
    # A spreadsheet would run a cell that begins so.
    return f"'{text}" if _FORMULA.match(text) else text
