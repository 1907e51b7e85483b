"""The feed of new entities, in Atom (RFC 4287)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from kg.iri import BASE
from kg.query import printable
from kg.store import EntityRow

__all__ = ["Entry", "feed"]


@dataclass(frozen=True, slots=True)
class Entry:
    """A new entity, and since when; ``page`` is its address from the feed."""

    entity: EntityRow
    since: str
    page: str
    text: str


def feed(entries: Iterable[Entry], *, title: str, built: str, address: str = "") -> str:
    """The feed.

    :param built: when the graph was built, in RFC 3339
    :param address: where the site will stand on the web; without one its links are relative, as Atom allows
    """

    def attribute(value: str) -> str:
        return quoteattr(printable(value))

    def text(value: str) -> str:
        return escape(printable(value))

    own = f'<link rel="self" href={attribute(address + "feed.xml")}/>\n  ' if address else ""
    base = f" xml:base={attribute(address)}" if address else ""
    parts = [
        f'<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom"{base} xml:lang="en">\n'
        f"  <id>{text(address or BASE + 'feed')}</id>\n  <title>{text(f'{title}: new entities')}</title>\n"
        f"  <updated>{text(built)}</updated>\n  <author><name>{text(title)}</name></author>\n"
        f'  {own}<link rel="alternate" href="index.html"/>\n'
    ]
    for entry in entries:
        parts.append(
            f"  <entry>\n    <id>{text(entry.entity.iri)}</id>\n    <title>{text(entry.entity.label)}</title>\n"
            f"    <updated>{text(entry.since)}</updated>\n    <link href={attribute(entry.page)}/>\n"
            f"    <category term={attribute(entry.entity.type)}/>\n    <summary>{text(entry.text)}</summary>\n"
            "  </entry>\n"
        )
    return "".join([*parts, "</feed>\n"])
