"""The curator's decisions: a file of lines -> what each entity that papers name has become.

``decisions.tsv`` in a graph's folder, UTF-8, one decision a line, columns parted by tabs, ``#`` begins a comment:

| decision | entity | target | type | where | what it does |
|---|---|---|---|---|---|
| accept | slug | label, or empty | type, or empty | | the entity is no candidate any more |
| merge | slug | slug or label | | | all its mentions are the target's |
| reject | slug | | | | it is no entity: its mentions, roles and statements go |
| split | slug | slug or label | type, or empty | ``paper:…`` or ``surface:…`` | mentions there are the target's |

A sixth column is a note. Of two lines that say something of the same entity (and, for a split, of the same place) the
later one counts; with it deleted the earlier one counts again.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal, get_args

from kg.errors import GraphError
from kg.iri import BASE, concept_slug, normalise_identifier, paper_iri, slugify
from kg.model import TYPES, EntityType, Problem
from kg.records import fits
from kg.vocabulary import Vocabulary

__all__ = [
    "DECISIONS",
    "NO_DECISIONS",
    "Decision",
    "DecisionKind",
    "Decisions",
    "append_decisions",
    "line_of",
    "read_decisions",
    "settle",
]

DecisionKind = Literal["accept", "merge", "reject", "split"]
DECISIONS: tuple[DecisionKind, ...] = get_args(DecisionKind)

HEADER = (
    "# The decisions of a curator, applied at the next build, to all papers. Delete a line to undo it.\n"
    "# decision\tentity\ttarget\ttype\twhere\tnote\n"
)
_TARGETED = ("merge", "split")
_LONGEST = 2000
_IRI = re.compile(r"[^\s<>\"{}|\\^`]+")


@dataclass(frozen=True, slots=True)
class Decision:
    """One line. ``entity`` is a slug, ``target`` a slug or a label, ``where`` ``paper:IRI`` or ``surface:TEXT``.

    ``line`` is where it stands in its file, from 1.
    """

    kind: DecisionKind
    entity: str
    target: str = ""
    type: EntityType | None = None
    where: str = ""
    note: str = ""
    line: int = 0

    @property
    def into(self) -> str:
        """The slug of the target; empty where there is none."""
        return _slug(self.target) if self.kind in _TARGETED else ""


def line_of(decision: Decision) -> str:
    r"""A decision as a line of the file.

    >>> line_of(Decision("merge", "moss-net", "mossnet"))
    'merge\tmoss-net\tmossnet\n'
    """
    cells = (
        decision.kind, decision.entity, decision.target, decision.type or "", decision.where, decision.note,
    )  # fmt: skip
    return "\t".join(" ".join(cell.split()) for cell in cells).rstrip("\t") + "\n"


def read_decisions(path: Path) -> tuple[tuple[Decision, ...], tuple[Problem, ...]]:
    """The decisions of a file, and every line that is none; a missing file holds none.

    :raises GraphError: if the file is there and cannot be read
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return (), ()
    except OSError as error:
        raise GraphError(f"cannot be read ({error.strerror})", where=str(path)) from error
    found: list[Decision] = []
    problems: list[Problem] = []
    for number, raw in enumerate(data.removeprefix(b"\xef\xbb\xbf").split(b"\n"), start=1):
        try:
            line = raw.decode().rstrip("\r")
        except UnicodeDecodeError:
            problems.append(Problem(str(path), number, "is not UTF-8"))
            continue
        if not line.strip() or line.startswith("#"):
            continue
        made = _decision(line, number)
        if isinstance(made, Decision):
            found.append(made)
        else:
            problems.append(Problem(str(path), number, made))
    return tuple(found), tuple(problems)


def _decision(line: str, number: int) -> Decision | str:
    """The decision of a line, or what is wrong with it."""
    if len(line) > _LONGEST:
        return f"is longer than {_LONGEST} characters"
    if not fits(line):
        return "holds control characters"
    cells = [cell.strip() for cell in line.split("\t")]
    if len(cells) > 6:
        return f"has {len(cells)} columns, at most 6 are known"
    kind, entity, target, type_, where, note = (*cells, *[""] * (6 - len(cells)))
    if kind not in DECISIONS:
        return f"“{kind}” is no decision: write {', '.join(DECISIONS)}, columns parted by tabs"
    slug = _slug(entity)
    if not slug:
        return "names no entity in its second column"
    kinds = {t.casefold(): t for t in TYPES}
    if type_ and type_.casefold() not in kinds:
        return f"“{type_}” is no type: write {', '.join(TYPES)}"
    if (kind in _TARGETED or target) and not slugify(target):
        return f"{kind} names no target in its third column"
    if kind in _TARGETED and _slug(target) == slug:
        return f"{kind} of {slug} leads to itself"
    if kind == "split":
        wrong, where = _where(where)
        if wrong:
            return wrong
    elif where:
        return f"{kind} takes no place in its fifth column"
    return Decision(kind, slug, target, kinds.get(type_.casefold()) if type_ else None, where, note, number)


def _where(where: str) -> tuple[str, str]:
    """What is wrong with a place, and the place as it is compared."""
    key, _, value = where.partition(":")
    value = value.strip()
    if key == "surface" and value:
        return "", f"surface:{value}"
    if key == "paper" and value:
        if value.startswith(f"{BASE}paper/") and _IRI.fullmatch(value):
            return "", f"paper:{value}"
        identifier = normalise_identifier(value) or normalise_identifier(f"arxiv:{value}")
        if identifier:
            return "", f"paper:{paper_iri((identifier,), '')}"
        return f"“{value}” is no identifier of a paper", ""
    return "split needs `surface:TEXT` or `paper:IDENTIFIER` in its fifth column", ""


def _slug(name: str) -> str:
    """The slug of an entity given by slug, IRI or label."""
    return slugify(concept_slug(name))


@dataclass(frozen=True, slots=True)
class Decisions:
    """Decisions that agree with each other and with the vocabulary.

    ``became`` leads from the slug of an entity that was merged to what it is now, and to nothing where it was rejected;
    ``splits`` holds the places of an entity that are another's; ``accepted`` label and type of each entity accepted.
    """

    kept: tuple[Decision, ...] = ()
    became: Mapping[str, str] = field(default_factory=dict)
    splits: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    accepted: Mapping[str, tuple[str, EntityType | None]] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    types: Mapping[str, EntityType] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """A hash of what they say: 16 hexadecimal digits, nothing where there is none."""
        if not self.kept:
            return ""
        return hashlib.sha256("".join(map(line_of, self.kept)).encode()).hexdigest()[:16]

    def merged_into(self) -> dict[str, tuple[str, ...]]:
        """The slugs that became each entity, sorted."""
        found: dict[str, list[str]] = {}
        for slug in sorted(self.became):
            found.setdefault(self.became[slug], []).append(slug)
        return {slug: tuple(names) for slug, names in found.items() if slug}


NO_DECISIONS = Decisions()


def settle(
    decisions: Iterable[Decision], vocabulary: Vocabulary, file: str = "decisions.tsv"
) -> tuple[Decisions, tuple[Problem, ...]]:
    """The decisions that can be followed, and why others cannot: a merge that the vocabulary forbids
    (``kg:notSameAs``), directly or by way of others, and one that leads back to where it began."""
    last: dict[tuple[str, str], Decision] = {}
    for decision in decisions:
        key = (decision.entity, decision.where if decision.kind == "split" else "")
        last.pop(key, None)
        last[key] = decision
    problems: list[Problem] = []
    kept: list[Decision] = []
    one: dict[str, str] = {}
    members: dict[str, set[str]] = {}
    splits: dict[str, list[tuple[str, str]]] = {}
    accepted: dict[str, tuple[str, EntityType | None]] = {}
    labels: dict[str, str] = {}
    types: dict[str, EntityType] = {}

    def end(slug: str) -> str:
        while one.get(slug):
            slug = one[slug]
        return slug

    for decision in last.values():
        slug, into = decision.entity, decision.into
        if decision.kind == "merge":
            target = end(into)
            if target == slug:
                problems.append(Problem(file, decision.line, f"merge of {slug} leads back to itself"))
                continue
            together = members.get(slug, {slug}) | members.get(target, {target}) | {into}
            forbidden = _forbidden(together, vocabulary)
            if forbidden:
                reason = f"merge of {slug} into {into} is forbidden: {forbidden[0]} is said not to be {forbidden[1]}"
                problems.append(Problem(file, decision.line, reason))
                continue
            one[slug] = into
            members[target] = together
        elif decision.kind == "reject":
            one[slug] = ""
        elif decision.kind == "accept":
            accepted[slug] = (decision.target, decision.type)
        else:
            splits.setdefault(slug, []).append((decision.where, into))
        if into and into not in vocabulary:
            if decision.target != into:
                labels.setdefault(into, decision.target)
            if decision.type:
                types.setdefault(into, decision.type)
        kept.append(decision)
    became = {slug: _end(one, slug) for slug in one}
    accepted = {slug: said for slug, said in accepted.items() if slug not in vocabulary and slug not in became}
    made = Decisions(
        tuple(kept), became, {slug: tuple(places) for slug, places in splits.items()}, accepted, labels, types
    )
    return made, tuple(problems)


def _end(one: Mapping[str, str], slug: str) -> str:
    """Where the merges lead; nothing where what they lead to is rejected."""
    while slug in one:
        slug = one[slug]
    return slug


def _forbidden(slugs: set[str], vocabulary: Vocabulary) -> tuple[str, str] | None:
    """Two of the entities that the vocabulary says are not the same."""
    for slug in sorted(slugs):
        if slug in vocabulary:
            for other in vocabulary[slug].not_same_as:
                if other in slugs:
                    return slug, other
    return None


def append_decisions(path: Path, decisions: Sequence[Decision]) -> None:
    """Adds lines to a file of decisions, in one step; the file is made where it is missing."""
    before = path.read_bytes() if path.exists() else HEADER.encode()
    if before and not before.endswith(b"\n"):
        before += b"\n"
    lines = "".join(line_of(replace(decision, line=0)) for decision in decisions).encode()
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix="decisions.", delete=False) as made:
        made.write(before + lines)
        made.flush()
        os.fsync(made.fileno())
    os.chmod(made.name, 0o644)
    os.replace(made.name, path)
