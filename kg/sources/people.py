"""Authors as sources write them: one string, strings, objects."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable

from kg.model import Author

__all__ = ["authors", "family_given", "orcid_iri"]

_ORCID = re.compile(r"(?<!\d)(\d{4}-\d{4}-\d{4}-\d{3}[\dX])(?!\d)", re.IGNORECASE)
_OTHERS = re.compile(r"(?:and\s+)?(?:others|et\.?\s*al\.?)$", re.IGNORECASE)
_NAME_KEYS = ("name", "literal", "display_name", "displayName", "full_name", "fullName", "raw_author_name", "text")


def orcid_iri(value: object) -> str | None:
    """The IRI of an ORCID in any of its spellings.

    >>> orcid_iri("0000-0002-1825-0097"), orcid_iri("none")
    ('https://orcid.org/0000-0002-1825-0097', None)
    """
    found = _ORCID.search(value) if isinstance(value, str) else None
    return f"https://orcid.org/{found.group(1).upper()}" if found else None


def family_given(name: str) -> str:
    """``Family, Given`` and ``Family, Jr., Given`` in reading order; any other name as it is.

    >>> family_given("Doe, Jane"), family_given("King, Jr., Martin Luther"), family_given("Jane Doe")
    ('Jane Doe', 'Martin Luther King Jr.', 'Jane Doe')
    """
    parts = [part.strip() for part in name.split(",")]
    if len(parts) == 2:
        return f"{parts[1]} {parts[0]}".strip()
    if len(parts) == 3:
        return f"{parts[2]} {parts[0]} {parts[1]}".strip()
    return name.strip()


def authors(value: object) -> tuple[Author, ...]:
    """The authors in order, from a string, a list of strings or a list of objects; "and others" is no author.

    >>> [a.name for a in authors("Jane Doe, Richard Roe (Uni X) and Mary Major")]
    ['Jane Doe', 'Richard Roe', 'Mary Major']
    >>> [a.name for a in authors("Doe, Jane and Roe, Richard and others")]
    ['Jane Doe', 'Richard Roe']
    >>> authors([{"given": "Jane", "family": "Doe", "ORCID": "0000-0002-1825-0097"}])
    (Author(name='Jane Doe', identifier='https://orcid.org/0000-0002-1825-0097'),)
    """
    if isinstance(value, str):
        if value.lstrip().startswith("[") and (listed := _python_list(value)) is not None:
            return authors(listed)
        return _authors(_split(value))
    if isinstance(value, dict):
        names = value.get("name") or value.get("names")
        return authors(names) if isinstance(names, list) else _authors([value])
    if isinstance(value, list):
        return _authors(value)
    return ()


def _authors(items: Iterable[object]) -> tuple[Author, ...]:
    found = (_author(item) for item in items)
    return tuple(author for author in found if author.name and not _OTHERS.match(author.name))


def _author(item: object) -> Author:
    if isinstance(item, str):
        return Author(_fold(family_given(item) if item.count(",") == 1 else item))
    if isinstance(item, list):
        # arXiv's authors_parsed: family, given, suffix (then affiliations).
        family, given, suffix = ([str(part) for part in item if part is not None] + ["", "", ""])[:3]
        return Author(_fold(f"{given} {family} {suffix}"))
    if isinstance(item, dict):
        if isinstance(inner := item.get("author"), dict):
            return _author(inner)
        low = {str(key).lower().replace("_", ""): part for key, part in item.items() if isinstance(part, str)}
        identifier = orcid_iri(low.get("orcid") or low.get("orcidid"))
        family = low.get("family") or low.get("lastname") or low.get("last") or low.get("surname") or ""
        given = low.get("given") or low.get("firstname") or low.get("first") or low.get("forename") or ""
        if family:
            particle = low.get("non-dropping-particle") or low.get("dropping-particle") or ""
            return Author(_fold(f"{given} {particle} {family} {low.get('suffix', '')}"), identifier)
        name = next((item[key] for key in _NAME_KEYS if isinstance(item.get(key), str)), "")
        return Author(_fold(name), identifier)
    return Author("")


def _split(text: str) -> list[str]:
    text = _fold(_without_brackets(text))
    if ";" in text:
        return [family_given(part) for part in text.split(";") if part.strip()]
    parts = re.split(r"\s+(?:and|AND|&)\s+", text)
    if len(parts) > 1 and all(part.count(",") == 1 for part in parts[:-1]):
        last = parts[-1]
        if last.count(",") == 1 or _OTHERS.match(last):
            return [family_given(part) for part in parts]
    if len(parts) == 1 and text.count(",") == 1 and " " not in text.split(",")[0].strip():
        return [family_given(text)]
    return [name.strip() for part in parts for name in part.split(",") if name.strip()]


def _without_brackets(text: str) -> str:
    """Without affiliations, which arXiv's author line puts in round brackets."""
    while (shorter := re.sub(r"\s*\([^()]*\)", "", text)) != text:
        text = shorter
    return text


def _python_list(text: str) -> list[object] | None:
    """A list as a spreadsheet cell holds it when a data frame wrote it."""
    try:
        found = ast.literal_eval(text.strip())
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return None
    return found if isinstance(found, list) else None


def _fold(text: str) -> str:
    return " ".join(text.split())
