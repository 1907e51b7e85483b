"""A page as text, which a notebook shows in a frame of its own."""

from __future__ import annotations

from html import escape

__all__ = ["Html"]

# A page may run its own scripts, save its picture and open a paper in a new window; it is of no origin, so that it can
# neither read the notebook nor act in its name.
_MAY = "allow-scripts allow-downloads allow-popups allow-popups-to-escape-sandbox"


class Html(str):
    """The text of a whole HTML page; a notebook shows the page.

    >>> page = Html("<p>Hello</p>")
    >>> page == "<p>Hello</p>", 'srcdoc="&lt;p&gt;Hello&lt;/p&gt;"' in page._repr_html_()
    (True, True)
    """

    __slots__ = ()

    def _repr_html_(self, height: int = 640) -> str:
        """The page in a sandboxed frame; ``height`` is in pixels."""
        return (
            f'<iframe title="Knowledge graph" sandbox="{_MAY}" srcdoc="{escape(self)}" loading="lazy" '
            f'style="width: 100%; height: {height}px; border: 1px solid #8883; border-radius: 10px;"></iframe>'
        )

    def __repr__(self) -> str:
        """Short, since a page is long."""
        return f"<a page of {len(self):,} characters>"
