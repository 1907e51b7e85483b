"""Text of unknown origin, made safe to show on a terminal."""

from __future__ import annotations

import re

__all__ = ["printable"]

# Control characters (C0, DEL, C1), line and paragraph separators, lone surrogates, and the marks that turn the
# direction of writing: any of them can move the cursor, colour the screen, or make a text read as another.
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")


def printable(text: str) -> str:
    r"""The text with each unsafe character written as an escape, so that it stays on its line and does nothing.

    >>> print(printable("red \x1b[31m\nnext"), printable("naïve 机器"))
    red \x1b[31m\nnext naïve 机器
    """
    return _UNSAFE.sub(_escape, text) if _UNSAFE.search(text) else text


def _escape(match: re.Match[str]) -> str:
    char = match.group()
    named = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}.get(char)
    if named:
        return named
    return f"\\x{ord(char):02x}" if ord(char) < 0x100 else f"\\u{ord(char):04x}"
