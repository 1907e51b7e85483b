"""What all pages share, those in one file and those that are served: colours, type, controls, the frame around them.

``shell.css`` holds the variables and the elements that every page has, ``theme.js`` the reader's choice of colours,
``text.js`` the few ways in which text becomes elements, ``shell.html.j2`` the frame that a page's template extends.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = ["FOLDER", "Inline", "asset", "environment", "inline"]

FOLDER = Path(__file__).parent
"""Where the shared files stand: a page's own templates, styles and scripts stand elsewhere."""


@dataclass(frozen=True, slots=True)
class Inline:
    """Styles and scripts that stand in the page itself, and the policy that allows these and nothing else.

    The policy forbids every request: also pictures, fonts and frames of another host.
    """

    styles: tuple[str, ...]
    scripts: tuple[str, ...]

    @property
    def policy(self) -> str:
        """The content security policy.

        >>> Inline((), ("1",)).policy
        "default-src 'none'; script-src 'sha256-a4ayc/80/OGda4BO/1o/V0etpOqiLx1JwB5S3beHW0s='; style-src 'none'; \
img-src data: blob:; base-uri 'none'; form-action 'none'"
        """
        return (
            f"default-src 'none'; script-src {_hashes(self.scripts)}; style-src {_hashes(self.styles)}; "
            "img-src data: blob:; base-uri 'none'; form-action 'none'"
        )


def environment(*folders: Path) -> Environment:
    """A Jinja2 environment whose templates may extend the shell; texts are escaped, a missing name is an error."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader([*folders, FOLDER]), autoescape=True, undefined=StrictUndefined,
        keep_trailing_newline=True, trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip


def inline(scripts: Sequence[Path], styles: Sequence[Path] = (), *, before: Sequence[str] = ()) -> Inline:
    """The shell's style and these of a page, and one script of these files after the scripts of ``before``.

    The files of the script share one scope, which no other script of the page sees.
    """
    script = '(() => {\n"use strict";\n' + "\n".join(asset(path) for path in scripts) + "})();\n"
    style = "\n".join(asset(path) for path in (FOLDER / "shell.css", *styles))
    return Inline((style,), (asset(FOLDER / "theme.js"), *before, script))


@cache
def asset(path: Path) -> str:
    """A file's text, read once."""
    return path.read_text(encoding="utf-8")


def _hashes(texts: Sequence[str]) -> str:
    sums = (base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in texts)
    return " ".join(f"'sha256-{value}'" for value in sums) or "'none'"
