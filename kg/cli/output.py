"""How rows and pages are printed: tables for people, JSON and CSV for programs; nothing that a terminal would obey."""

from __future__ import annotations

import csv
import io
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, is_dataclass
from typing import TYPE_CHECKING, Any, TextIO

import click

if TYPE_CHECKING:
    from rich.console import Console

__all__ = [
    "complain",
    "console",
    "counted",
    "default_format",
    "emit",
    "field",
    "flat",
    "interactive",
    "is_quiet",
    "is_verbose",
    "note",
    "plain",
    "safe",
    "stdout",
    "to_json",
]

# Control characters, half surrogates, and what turns the direction of text or cannot be seen.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
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


class _Shown(io.TextIOBase):
    """A terminal that is shown control characters, not given them."""

    def __init__(self, terminal: TextIO) -> None:
        self._terminal = terminal

    def write(self, text: str) -> int:
        self._terminal.write(safe(text))
        return len(text)

    def flush(self) -> None:
        self._terminal.flush()


def stdout() -> TextIO:
    """Standard output for data as it is: on a terminal control characters are shown, elsewhere nothing is changed."""
    return _Shown(sys.stdout) if interactive() else sys.stdout  # type: ignore[return-value]


def complain(text: object) -> None:
    """Says on standard error, in one line, what went wrong; also where ``-q`` is given."""
    click.echo(f"kg: {flat(str(text))}", err=True)


def note(text: str) -> None:
    """Says something on standard error, in one line, unless ``-q`` is given."""
    if not is_quiet():
        click.echo(flat(text), err=True)


def is_quiet() -> bool:
    """Whether ``-q`` is given, before or after the command's name."""
    return _told("quiet")


def is_verbose() -> bool:
    """Whether ``-v`` is given, before or after the command's name."""
    return _told("verbose")


def _told(name: str) -> bool:
    context = click.get_current_context(silent=True)
    return context is not None and bool(context.meta.get(f"kg.{name}"))


def counted(number: int, noun: str) -> str:
    """A number with its noun.

    >>> counted(1, "paper"), counted(2100, "paper"), counted(0, "entity")
    ('1 paper', '2,100 papers', '0 entities')
    """
    many = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{number:,} {noun if number == 1 else many}"


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
    :param empty: what is said on standard error where there is no row, whatever the format
    """
    chosen = default_format(form)
    listed = list(rows)
    if not listed:
        note(empty)
    if chosen == "table":
        if listed:
            _table(listed, columns, title)
    elif chosen == "json":
        stdout().write(to_json(listed, pretty=True) + "\n")
    elif chosen == "jsonl":
        out = stdout()
        for row in listed:
            out.write(to_json(row) + "\n")
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
    ends = "\r\n" if delimiter == "," and not interactive() else "\n"
    writer = csv.writer(stdout(), delimiter=delimiter, lineterminator=ends)
    writer.writerow(names)
    for record in records:
        writer.writerow([field(record.get(name)) for name in names])


def field(value: object) -> object:
    """A cell of CSV that no spreadsheet runs as a formula; lists and the like as JSON.

    >>> field("=1+1"), field(-1), field(True), field(["a"])
    ("'=1+1", -1, 'true', '["a"]')
    """
    if value is None or (isinstance(value, int | float) and not isinstance(value, bool)):
        return value
    text = value if isinstance(value, str) else to_json(value)
    return f"'{text}" if _FORMULA.match(text) else text
