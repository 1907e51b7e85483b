"""A record with named fields, as JSON, CSV and their like hold it, to a :class:`~kg.model.Paper`.

What counts as what:

- Field names are compared without case and punctuation, so that ``Abstract Note``, ``abstract_note`` and
  ``abstractNote`` are one.
- A record is arXiv's own where it has ``categories`` and an id in arXiv's form: its title and abstract are LaTeX, and
  become readable text. Any other record's title and abstract are kept character for character.
- An identifier is taken from a field of its own (``arxiv``, ``doi``, ``externalIds``), an address, or a prefix
  (``arXiv:…``). A bare ``id`` is an arXiv or ACL identifier where it has exactly that form (for the new arXiv form,
  with a month that exists).
- An id of arXiv's own record that went through a floating-point number (``1808.096``, ``1911.0580100000002``) is
  restored: the number of its digits follows from its month.
- The date is the publication's or the first version's. A date of update is none, and neither is an arXiv id.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from kg.iri import normalise_identifier
from kg.model import Author, Origin, Paper, Problem
from kg.sources.dates import iso_date, month_number
from kg.sources.latex import fold, latex_to_text
from kg.sources.people import authors
from kg.sources.registry import Report

__all__ = ["TITLE", "identifiers_in", "key_name", "to_paper", "well_formed"]

TITLE = ("title", "papertitle", "articletitle", "displayname", "headline", "primarytitle", "name")
_ABSTRACT = ("abstract", "summary", "abstracttext", "abstractnote", "paperabstract", "description")
_ID = ("id", "paperid", "paper", "key", "citationkey", "citekey", "uid", "recordid", "corpusid", "forum")
_DATE = (
    "issued", "date", "publicationdate", "published", "publishedat", "publisheddate", "publishedonline",
    "publishedprint", "datepublished", "publicationyear",
    "year", "pubyear", "submitted", "submitteddate",
)  # fmt: skip
_VENUE = (
    "venue", "journal", "booktitle", "containertitle", "publicationtitle", "journaltitle", "journalname", "conference",
    "publicationvenue", "journalref", "hostvenue", "proceedings",
)  # fmt: skip
_URL = ("url", "paperurl", "link", "absurl", "landingpageurl", "pdfurl", "urlabs", "urlpdf", "pdf", "urls")
_AUTHORS = ("authorsparsed", "authors", "author", "authorships", "authornames", "creators", "creator", "authorlist")
_OWN_IDENTIFIER = {
    "arxiv": "arxiv:", "arxivid": "arxiv:", "doi": "doi:", "acl": "acl:", "aclid": "acl:", "anthologyid": "acl:",
}  # fmt: skip
_TEXTS_WITH_IDENTIFIER = ("journal", "journalref", "note", "extra", "howpublished", "venue", "containertitle", "number")
_ADDRESSES = ("id", "paperid", "uri", *_URL)
_INNER = ("paper", "row", "_source", "item", "citingPaper", "citedPaper", "content")

_ARXIV_BARE = re.compile(r"\d{2}(?:0[1-9]|1[0-2])\.\d{4,5}(?:v\d+)?|[a-z][a-z-]+(?:\.[A-Z]{2})?/\d{7}(?:v\d+)?")
_ACL_BARE = re.compile(r"[A-Z]\d{2}-\d{4}|\d{4}\.[a-z0-9_]+-[a-z0-9_]+\.\d+")
_ARXIV_NAMED = re.compile(r"arxiv\s*:\s*(\d{4}\.\d{4,5}|[a-z][a-z-]+(?:\.[a-z]{2})?/\d{7})", re.IGNORECASE)
_DOI_IN_TEXT = re.compile(r"\bdoi\s*:?\s*(?:https?://(?:dx\.)?doi\.org/)?(10\.\d{4,9}/[^\s,;]+)", re.IGNORECASE)
_HUGGING_FACE = re.compile(r"https?://(?:www\.)?(?:huggingface\.co|hf\.co)/papers/(\d{4}\.\d{4,5})", re.IGNORECASE)
_SURROGATE = re.compile("[\ud800-\udfff]")


@lru_cache(maxsize=4096)
def key_name(name: str) -> str:
    """A field's name without case and punctuation."""
    return re.sub(r"[\W_]+", "", name).lower()


def well_formed(text: str) -> str:
    """``text`` with U+FFFD for what is no character (half of a surrogate pair), which no file could hold."""
    return _SURROGATE.sub("\ufffd", text)


def identifiers_in(value: str) -> set[str]:
    """The identifiers that a field's value is, or names with a prefix (``arXiv:2106.09685``, ``doi:10.1/x``)."""
    found = {normalise_identifier(part) for part in re.split(r"[\s;|]+", value) if part} | _named_in(value)
    found |= {f"arxiv:{match.group(1)}" for match in _HUGGING_FACE.finditer(value)}
    return {identifier for identifier in found if identifier}


def _named_in(text: str) -> set[str | None]:
    """The identifiers that stand in a text with their prefix."""
    found: set[str | None] = {f"arxiv:{match.group(1).lower()}" for match in _ARXIV_NAMED.finditer(text)}
    for match in _DOI_IN_TEXT.finditer(text):
        doi = match.group(1)
        found.add(normalise_identifier(doi if "(" in doi else doi.rstrip(")]}")))
    return found


def to_paper(record: Mapping[str, Any], origin: Origin, report: Report) -> Paper | None:
    """The paper of a record; None, with a report, where it has no title."""
    try:
        return _to_paper(record, origin, report)
    except RecursionError:
        report(Problem(origin.file, origin.position, "a record nested too deeply, left out"))
        return None


def _to_paper(record: Mapping[str, Any], origin: Origin, report: Report) -> Paper | None:
    fields = _fields(record)
    title = next((text for key in TITLE if (text := _text(fields.get(key))).strip()), "")
    if not title:
        report(Problem(origin.file, origin.position, "a record without title, left out"))
        return None
    abstract = next((text for key in _ABSTRACT if (text := _text(fields.get(key))).strip()), "")
    if not abstract and isinstance(index := fields.get("abstractinvertedindex"), Mapping):
        abstract = _from_inverted_index(index)
    id_ = next(
        (str(v) for key in _ID if isinstance(v := fields.get(key), str | int | float) and str(v).strip()), ""
    ).strip()
    people = next((found for key in _AUTHORS if (found := authors(fields.get(key)))), ())
    venue = next((fold(text) for key in _VENUE if (text := _text(fields.get(key))).strip()), None)
    venue = venue or _text(_at(fields.get("primarylocation"), "source")) or None
    own = _arxiv_own(fields, id_)
    if own:
        title, abstract = fold(latex_to_text(title)), fold(latex_to_text(abstract))
        people = tuple(Author(fold(latex_to_text(person.name)), person.identifier) for person in people)
        venue = fold(latex_to_text(venue)) if venue else None
    if _SURROGATE.search(title + abstract):
        report(Problem(origin.file, origin.position, "half of a surrogate pair; read with U+FFFD in its place"))
        title, abstract = well_formed(title), well_formed(abstract)
    return Paper(
        title=title,
        abstract=abstract,
        origin=origin,
        id=well_formed(id_),
        identifiers=tuple(sorted(_identifiers(fields, id_) | ({own} if own else set()))),
        authors=tuple(Author(well_formed(person.name), person.identifier) for person in people),
        issued=_issued(fields),
        venue=well_formed(venue) if venue else None,
        url=_url(fields),
    )


def _arxiv_own(fields: Mapping[str, Any], id_: str) -> str | None:
    """The identifier of arXiv's own record; None for any other record."""
    if "categories" not in fields:
        return None
    bare = re.sub(r"^(?:arxiv:|https?://arxiv\.org/abs/)", "", id_, flags=re.IGNORECASE)
    return normalise_identifier(f"arxiv:{bare}") if _ARXIV_BARE.fullmatch(bare) else _restored(bare)


def _restored(number: str) -> str | None:
    """The identifier of a new-style id that went through a floating-point number; None for anything else."""
    if not re.fullmatch(r"\d{3,4}\.\d{1,17}", number):
        return None
    # Five digits since January 2015, four before.
    bare = f"{float(number):010.5f}" if float(number) >= 1501 else f"{float(number):09.4f}"
    return normalise_identifier(f"arxiv:{bare}") if _ARXIV_BARE.fullmatch(bare) else None


def _fields(record: Mapping[str, Any]) -> dict[str, Any]:
    """The fields by plain name, of the record or of the one that it wraps; a field without value gives way."""
    for inner in _INNER:
        wrapped = record.get(inner)
        if isinstance(wrapped, Mapping) and any(key_name(key) in TITLE[:4] for key in wrapped):
            record = {**record, **wrapped}
            break
    found: dict[str, Any] = {}
    for name, value in record.items():
        key = key_name(name)
        if found.get(key) in (None, "", [], {}):
            found[key] = value
    return found


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or value is None:
        return ""
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, list):
        return _text(value[0]) if value else ""
    if isinstance(value, Mapping):
        return next(
            (text for key in ("value", "name", "display_name", "raw", "text") if (text := _text(value.get(key)))), ""
        )
    return ""


def _at(value: object, key: str) -> object:
    return value.get(key) if isinstance(value, Mapping) else None


def _from_inverted_index(index: Mapping[str, Any]) -> str:
    """The text that OpenAlex gives as word to places."""
    places = [(place, word) for word, found in index.items() if isinstance(found, list) for place in found]
    return " ".join(word for place, word in sorted(places, key=lambda entry: str(entry[0]).zfill(9)))


def _identifiers(fields: Mapping[str, Any], id_: str) -> set[str]:
    found: set[str | None] = set()
    for key, value in _named_identifiers(fields):
        prefix = _OWN_IDENTIFIER[key]
        for part in re.split(r"[\s;]+", value.strip()):
            found.add(normalise_identifier(part) or normalise_identifier(prefix + part))
            if prefix == "arxiv:":
                found.add(_restored(part))
    for key in _ADDRESSES:
        if text := _text(fields.get(key)):
            found |= identifiers_in(text)
    for key in _TEXTS_WITH_IDENTIFIER:
        if text := _text(fields.get(key)):
            found |= _named_in(text)
    if place := fields.get("primarylocation"):
        found |= identifiers_in(_text(_at(place, "landing_page_url")))
    if eprint := _text(fields.get("eprint")).strip():
        archive = _text(fields.get("archiveprefix") or fields.get("eprinttype")).strip().lower()
        if archive == "arxiv" or (not archive and _ARXIV_BARE.fullmatch(eprint)):
            found |= {normalise_identifier(eprint), normalise_identifier(f"arxiv:{eprint}")}
    if _ARXIV_BARE.fullmatch(id_):
        found.add(normalise_identifier(f"arxiv:{id_}"))
    elif _ACL_BARE.fullmatch(id_):
        found.add(f"acl:{id_}")
    return {identifier for identifier in found if identifier}


def _named_identifiers(fields: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for group in (fields, fields.get("externalids"), fields.get("ids")):
        if isinstance(group, Mapping):
            for name, value in group.items():
                if (key := key_name(name)) in _OWN_IDENTIFIER and (text := _text(value)):
                    yield key, text


def _issued(fields: Mapping[str, Any]) -> str | None:
    versions = fields.get("versions")
    if isinstance(versions, list) and versions and (found := iso_date(_at(versions[0], "created"))):
        return found
    for key in ("created", *_DATE) if "categories" in fields else _DATE:
        found = iso_date(fields.get(key)) if fields.get(key) not in (None, "") else None
        if found and len(found) == 4 and key in ("year", "publicationyear", "date"):
            month = month_number(str(fields.get("month") or "").strip("{}"))
            return f"{found}-{month:02}" if month else found
        if found:
            return found
    return None


def _url(fields: Mapping[str, Any]) -> str | None:
    for key in (*_URL, "id"):
        text = _text(fields.get(key)).strip()
        if text and re.match(r"https?://\S+$", text):
            return well_formed(text)
    return None
