"""Adding an entry to a vocabulary file."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from kg.errors import VocabularyError
from kg.iri import PREFIXES, slugify
from kg.model import EntityType
from kg.vocabulary.check import check
from kg.vocabulary.concepts import Concept, read, serialise
from kg.vocabulary.index import Vocabulary

__all__ = ["add", "new_concept", "write_entries"]


def new_concept(
    vocabulary: Vocabulary,
    label: str,
    kind: EntityType,
    definition: str,
    *,
    aliases: Sequence[str] = (),
    broader: Sequence[str] = (),
    cues: Sequence[str] = (),
    match_case: bool = False,
) -> Concept:
    """An entry that fits the vocabulary.

    :param broader: labels or slugs of entries above it
    :raises VocabularyError: if a broader entry does not exist or the entry breaks a rule of the vocabulary
    """
    above = []
    for name in broader:
        found = vocabulary.named(name)
        if not found:
            near = vocabulary.near(name)
            raise VocabularyError(
                f"no entry “{name}” to be broader",
                hint=f"did you mean {' or '.join(near)}?" if near else "add it first",
            )
        above.append(found[0])
    concept = Concept(
        slug=slugify(label), label=label, type=kind, aliases=tuple(sorted(set(aliases))), definition=definition,
        broader=tuple(sorted(above)), cues=tuple(sorted(set(cues))), match_case=match_case,
    )  # fmt: skip
    if concept.slug in vocabulary:
        raise VocabularyError(f"“{label}” is an entry already ({concept.slug})", hint="see it with `kg vocab show`")
    before = set(check(vocabulary))
    fresh = [c for c in check([*vocabulary, concept]) if c not in before]
    if fresh:
        raise VocabularyError("; ".join(f"{slug}: {what}" for _, slug, what in fresh[:3]), hint="nothing was added")
    return concept


def add(concept: Concept, path: Path) -> None:
    """Appends an entry to a file of the vocabulary, in one step; the file is made where it is missing.

    :raises VocabularyError: if the file holds no readable vocabulary
    """
    head = f"@prefix kg: <{PREFIXES['kg']}> .\n@prefix skos: <{PREFIXES['skos']}> .\n"
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    if path.exists():
        read([path])
    if "@prefix kg:" not in text:
        text = head + text
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=path.parent, suffix=".ttl", delete=False, encoding="utf-8") as file:
        file.write(f"{text.rstrip()}\n\n{serialise(concept)}\n")
    try:
        read([Path(file.name)])
        os.replace(file.name, path)
    except BaseException:
        Path(file.name).unlink(missing_ok=True)
        raise


def write_entries(concepts: Sequence[Concept], path: Path, heading: str) -> None:
    """Writes entries to a file of their own, in one step, in place of what it held.

    :param heading: said at the head of the file, such as where the entries come from and under which licence
    """
    lines = "".join(f"# {line}\n" for line in heading.splitlines())
    head = f"@prefix kg: <{PREFIXES['kg']}> .\n@prefix skos: <{PREFIXES['skos']}> .\n\n{lines}\n"
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=path.parent, suffix=".new", delete=False, encoding="utf-8") as file:
        file.write(head + "\n\n".join(map(serialise, concepts)) + "\n")
    os.chmod(file.name, 0o644)
    os.replace(file.name, path)
