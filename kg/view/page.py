"""One self-contained HTML page: the network, its texts, vis-network and the page's own script and style in one file."""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.view.network import record
from kg.view.payload import KINDS, Page
from kg.view.shell import FOLDER, Inline, environment, inline

if TYPE_CHECKING:
    from kg.view.atlas import Atlas

__all__ = ["render", "render_map", "write"]

_TEMPLATES = Path(__file__).parent / "templates"
_SHARED = ("text.js", "shapes.js")
_SCRIPTS = (
    "data.js", "canvas.js", "labels.js", "panel.js", "facets.js", "filters.js", "search.js", "picture.js", "main.js",
)  # fmt: skip
_MAP_SCRIPTS = (
    "map-data.js", "map-view.js", "map-draw.js", "map-labels.js", "panel.js", "facets.js", "map-facets.js",
    "search.js", "picture.js", "map-found.js", "map-main.js",
)  # fmt: skip
_LISTED = 200
"""Nodes that the page names in plain HTML, for readers without JavaScript."""


def render(page: Page) -> str:
    """The page as HTML. The same page gives the same text, to the letter.

    Nothing in it is fetched: script and style stand in the page, allowed one by one by their hash, and everything
    else is forbidden by its content security policy. Texts of the page are data, never markup.

    :raises ValueError: where a weight is not a finite number

    >>> "<img" in render(Page("<img src=x>", ""))
    False
    """
    by_weight = sorted(page.nodes, key=lambda node: (-node.weight, node.label, node.iri))
    html = environment(_TEMPLATES).get_template("page.html.j2").render(
        page=page, counts=(len(page.nodes), len(page.edges)), listed=by_weight[:_LISTED], data=_json(record(page)),
        inline=_parts(),
    )  # fmt: skip
    return _sound(html)


def render_map(atlas: Atlas) -> str:
    """The map as HTML, drawn by the page's own canvas: for graphs of a thousand to a hundred thousand nodes.

    Nothing in it is fetched either; its columns stand in it compressed, and the browser unpacks them.
    """
    from kg.view.atlas import core_columns, detail_columns
    from kg.view.pack import pack

    first = sorted(range(len(atlas.labels)), key=lambda i: (-int(atlas.papers[i]), atlas.labels[i], i))[:_LISTED]
    listed = [{"label": atlas.labels[i], "type": KINDS[int(atlas.types[i])]} for i in first]
    html = environment(_TEMPLATES).get_template("map.html.j2").render(
        page=atlas, counts=(len(atlas.labels), len(atlas.ends)), listed=listed, core=pack(core_columns(atlas)),
        detail=pack(detail_columns(atlas)), inline=_map_parts(),
    )  # fmt: skip
    return _sound(html)


def write(page: Page, path: Path) -> str:
    """Write the page to a file, whole or not at all: whoever reads ``path`` never sees half a page. Returns the page.

    :raises OSError: where the folder is missing or cannot be written
    """
    html = render(page)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    try:
        with open(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(html)
        # mkstemp makes the file private; a page is for whom the user's umask says.
        umask = os.umask(0)
        os.umask(umask)
        os.chmod(name, 0o666 & ~umask)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return html


def _sound(html: str) -> str:
    """Without lone surrogates: broken sources hold them, and they have no place in UTF-8."""
    return html.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _json(value: Any) -> str:
    """JSON that is safe inside a script element: ASCII, so also without U+2028 and U+2029, and without ``<``."""
    return json.dumps(value, ensure_ascii=True, allow_nan=False, separators=(",", ":")).replace("<", "\\u003c")


@cache
def _parts() -> Inline:
    """The page's styles and scripts; vis-network's style first, so that the page's own goes before it."""
    vis_script, vis_style = _vis_network()
    own = inline(
        [*(FOLDER / name for name in _SHARED), *(_TEMPLATES / name for name in _SCRIPTS)], [_TEMPLATES / "page.css"],
        before=[vis_script],
    )  # fmt: skip
    return replace(own, styles=(vis_style, *own.styles))


@cache
def _map_parts() -> Inline:
    """The map's styles and scripts."""
    return inline(
        [*(FOLDER / name for name in _SHARED), *(_TEMPLATES / name for name in _MAP_SCRIPTS)],
        [_TEMPLATES / "page.css", _TEMPLATES / "map.css"],
    )


def _vis_network() -> tuple[str, str]:
    """The script and the style of vis-network, as pyvis ships them."""
    from importlib.util import find_spec

    found = find_spec("pyvis")
    if found is None or found.origin is None:
        raise ModuleNotFoundError("pyvis is not installed")
    folder = Path(found.origin).parent / "lib" / "vis-9.1.2"
    script = (folder / "vis-network.min.js").read_text(encoding="utf-8")
    # The map is a file that no reader of the page has.
    script = script[: script.rfind("//# sourceMappingURL=")] if "//# sourceMappingURL=" in script else script
    return script.replace("\r", ""), (folder / "vis-network.css").read_text(encoding="utf-8").replace("\r", "")
