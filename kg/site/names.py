"""Names of files: safe on every file system for any label, the same in every build, never two things under one."""

from __future__ import annotations

import hashlib
import re

from kg.iri import CONCEPT, PREFIXES, concept_slug

__all__ = ["entity_file", "file_name", "page_of", "paper_file"]

_LONGEST = 60
_PAPER = PREFIXES["paper"]
# What Windows takes for a device, whatever stands behind the dot.
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)")


def file_name(key: str) -> str:
    """A name of lower-case ASCII letters, digits, dots and hyphens; where that loses something, with a hash behind it.

    Keys hold no underscore where they are names by themselves, so that no name with a hash is another's own.

    >>> file_name("lora"), file_name("gpt-4.1")
    ('lora', 'gpt-4.1')
    >>> file_name("机器-翻译"), file_name("con"), file_name("a/b")
    ('x_e90ca5813b', 'con_1143da2bc5', 'a-b_c14cddc033')
    >>> len(file_name("long" * 2000)) < 80
    True
    """
    plain = re.sub(r"[^a-z0-9.]+", "-", key.lower())[:_LONGEST].strip("-.") or "x"
    if plain == key and not _DEVICES.match(plain):
        return plain
    return f"{plain}_{hashlib.sha256(key.encode('utf-8', 'surrogatepass')).hexdigest()[:10]}"


def _sharded(kind: str, name: str) -> str:
    """A file in one of 256 folders, so that none holds more than a file browser bears."""
    return f"{kind}/{hashlib.sha256(name.encode()).hexdigest()[:2]}/{name}"


def entity_file(slug: str) -> str:
    """Where an entity's files are, without their suffix.

    >>> entity_file("lora")
    'entity/d3/lora'
    """
    return _sharded("entity", file_name(slug))


def paper_file(iri: str) -> str:
    """Where a paper's files are, without their suffix.

    >>> paper_file("https://w3id.org/kg-papers/paper/arxiv/2106.09685")
    'paper/de/arxiv-2106.09685'
    """
    scheme, _, value = iri.removeprefix(_PAPER).partition("/")
    # An identifier of these two schemes has no hyphen and no slash, so that nothing is lost.
    plain = scheme in ("arxiv", "title") and re.fullmatch(r"[a-z0-9.]+", value)
    return _sharded("paper", file_name(f"{scheme}-{value}" if plain else f"{scheme}/{value}"))


def page_of(iri: str) -> str | None:
    """Where the files of an entity or a paper are; None for anything else."""
    if iri.startswith(CONCEPT):
        return entity_file(concept_slug(iri))
    return paper_file(iri) if iri.startswith(_PAPER) else None
