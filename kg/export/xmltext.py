"""Text in XML: what it cannot hold, and the escapes of the rest."""

from __future__ import annotations

import re

__all__ = ["UNFIT", "escaped"]

#: A character that no XML 1.0 document can hold, not even escaped.
UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

# White space too: in an attribute a parser makes a space of each, elsewhere a line feed of a carriage return.
_ESCAPES = str.maketrans(
    {
        "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\t": "&#x9;", "\n": "&#xA;", "\r": "&#xD;",
    }
)  # fmt: skip


def escaped(text: str) -> str:
    r"""A text between tags, or between the double quotes of an attribute; what XML cannot hold becomes U+FFFD.

    >>> escaped('R&D ]]> "x"\r'), escaped("a\x00")
    ('R&amp;D ]]&gt; &quot;x&quot;&#xD;', 'a\ufffd')
    """
    return UNFIT.sub("\ufffd", text).translate(_ESCAPES)
