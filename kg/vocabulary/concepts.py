"""SKOS in Turtle -> concepts. What an entry may hold is said in ``ontology/vocabulary/README.md``."""

from __future__ import annotations

import glob
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from kg.errors import VocabularyError
from kg.iri import CONCEPT, PREFIXES, TERM, concept_iri, concept_slug, slugify
from kg.model import TYPES, EntityType
from kg.resources import ontology

if TYPE_CHECKING:
    import pyoxigraph

    Term: TypeAlias = pyoxigraph.NamedNode | pyoxigraph.Literal
    Values: TypeAlias = Mapping[str, Sequence[Term]]

__all__ = ["Concept", "builtin_files", "digest", "expand", "read", "serialise"]

SKOS = PREFIXES["skos"]
RDF_TYPE = PREFIXES["rdf"] + "type"


@dataclass(frozen=True, slots=True)
class Concept:
    """One entry of a vocabulary. Links to other entries are slugs; matches are IRIs elsewhere."""

    slug: str
    label: str
    type: EntityType | None
    aliases: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    definition: str = ""
    broader: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    extends: tuple[str, ...] = ()
    part_of: tuple[str, ...] = ()
    cues: tuple[str, ...] = ()
    not_same_as: tuple[str, ...] = ()
    introduced_in: tuple[str, ...] = ()
    exact_match: tuple[str, ...] = ()
    close_match: tuple[str, ...] = ()
    broad_match: tuple[str, ...] = ()
    match_case: bool = False
    file: str = ""

    @property
    def labels(self) -> tuple[str, ...]:
        """Every form that names the concept: preferred, alternative, hidden."""
        return (self.label, *self.aliases, *self.hidden)


# Each list property of an entry: field of Concept, IRI of the property, whether its values are entries themselves.
LISTS: tuple[tuple[str, str, bool], ...] = (
    ("aliases", SKOS + "altLabel", False),
    ("hidden", SKOS + "hiddenLabel", False),
    ("broader", SKOS + "broader", True),
    ("related", SKOS + "related", True),
    ("extends", TERM + "extends", True),
    ("part_of", TERM + "partOf", True),
    ("cues", TERM + "cue", False),
    ("not_same_as", TERM + "notSameAs", True),
    ("introduced_in", TERM + "introducedIn", False),
    ("exact_match", SKOS + "exactMatch", False),
    ("close_match", SKOS + "closeMatch", False),
    ("broad_match", SKOS + "broadMatch", False),
)


def builtin_files() -> list[Path]:
    """The files of the built-in vocabulary, sorted."""
    return sorted((ontology() / "vocabulary").glob("*.ttl"))


def expand(names: Iterable[str | Path]) -> list[Path]:
    """Files of the names, globs and folders given.

    :raises VocabularyError: if a name stands for no file
    """
    files: list[Path] = []
    for name in map(str, names):
        path = Path(name)
        found = sorted(path.glob("**/*.ttl")) if path.is_dir() else [path] if path.exists() else []
        found = found or [Path(f) for f in sorted(glob.glob(name, recursive=True))]
        if not found:
            raise VocabularyError("no vocabulary file there", where=name, hint="give a SKOS file in Turtle")
        files += found
    return files


def digest(files: Sequence[Path]) -> str:
    """A hash of the files' contents, whatever their names and order: 16 hexadecimal digits."""
    return hashlib.sha256("".join(sorted(_file_hash(f) for f in files)).encode()).hexdigest()[:16]


def _file_hash(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise VocabularyError(f"cannot be read ({error.strerror})", where=str(path)) from error


def read(files: Sequence[Path]) -> list[Concept]:
    """All entries of the files, one a concept, sorted by slug; an entry spread over files is brought together.

    A concept of another SKOS vocabulary keeps its meaning: its slug is made from its preferred label, and its own IRI
    becomes an exact match; concepts of one slug are one.

    :raises VocabularyError: if a file is no RDF, or an entry has no preferred label
    """
    import pyoxigraph

    facts: dict[str, dict[str, list[Term]]] = defaultdict(lambda: defaultdict(list))
    home: dict[str, str] = {}
    named: set[str] = set()
    for path in files:
        form = pyoxigraph.RdfFormat.from_extension(path.suffix.lstrip(".")) or pyoxigraph.RdfFormat.TURTLE
        try:
            quads = list(pyoxigraph.parse(path=str(path), format=form, base_iri=CONCEPT))
        except SyntaxError as error:
            place = f"{path}:{error.lineno}" if error.lineno else str(path)
            raise VocabularyError(f"not readable as {form.name}: {error.msg}", where=place) from error
        except OSError as error:
            raise VocabularyError(f"cannot be read ({error.strerror or error})", where=str(path)) from error
        for quad in quads:
            if isinstance(quad.subject, pyoxigraph.NamedNode) and isinstance(
                quad.object, (pyoxigraph.NamedNode, pyoxigraph.Literal)
            ):
                facts[quad.subject.value][quad.predicate.value].append(quad.object)
                # An entry is at home where it is named, not where a match or another link is added.
                if quad.predicate.value == SKOS + "prefLabel" and quad.subject.value not in named:
                    named.add(quad.subject.value)
                    home[quad.subject.value] = path.name
                home.setdefault(quad.subject.value, path.name)
    wanted = sorted(iri for iri, values in facts.items() if _is_entry(values))
    slugs = {iri: _slug(iri, facts[iri], home[iri]) for iri in wanted}
    same: dict[str, list[str]] = defaultdict(list)
    # An entry of our own comes first, so that its preferred label stays the preferred one.
    for iri in sorted(wanted, key=lambda i: (not i.startswith(CONCEPT), i)):
        same[slugs[iri]].append(iri)
    return [_concept(same[slug], facts, slugs, home) for slug in sorted(same)]


def _is_entry(values: Values) -> bool:
    types = _values(values, RDF_TYPE)
    return bool(types & {SKOS + "Concept", TERM + "Entity", *(TERM + t for t in TYPES)}) or SKOS + "prefLabel" in values


def _values(values: Values, key: str) -> set[str]:
    return {v.value for v in values.get(key, ())}


def _texts(values: Values, key: str) -> list[str]:
    """Plain literals and those in English; other languages only where there is nothing else. Sorted."""
    import pyoxigraph

    literals = [v for v in values.get(key, ()) if isinstance(v, pyoxigraph.Literal)]
    english = [v for v in literals if (v.language or "en").lower().split("-")[0] == "en"]
    return sorted({v.value for v in english or literals})


def _slug(iri: str, values: Values, file: str) -> str:
    labels = _texts(values, SKOS + "prefLabel")
    if not labels or not slugify(labels[0]):
        raise VocabularyError("an entry without skos:prefLabel", where=f"{file}: <{iri}>", hint="give it a label")
    return concept_slug(iri) if iri.startswith(CONCEPT) else slugify(labels[0])


def _concept(
    iris: Sequence[str], facts: Mapping[str, Values], slugs: Mapping[str, str], home: Mapping[str, str]
) -> Concept:
    """The concept that the IRIs name, the first of them first."""
    values: dict[str, list[Term]] = defaultdict(list)
    for iri in iris:
        for key, found in facts[iri].items():
            values[key] += found
    labels = [label for iri in iris for label in _texts(facts[iri], SKOS + "prefLabel")]
    kinds = [t for t in TYPES if TERM + t in _values(values, RDF_TYPE)]
    lists: dict[str, tuple[str, ...]] = {}
    for field, key, internal in LISTS:
        if internal:
            lists[field] = tuple(sorted({slugs.get(e) or concept_slug(e) for e in _values(values, key)}))
        elif field == "aliases":
            lists[field] = tuple(sorted({*_texts(values, key), *labels[1:]} - {labels[0]}))
        elif field in ("hidden", "cues"):
            lists[field] = tuple(t for t in _texts(values, key) if t != labels[0])
        else:
            lists[field] = tuple(sorted(_values(values, key)))
    foreign = {iri for iri in iris if not iri.startswith(CONCEPT)}
    lists["exact_match"] = tuple(sorted({*lists["exact_match"], *foreign}))
    return Concept(
        slug=slugs[iris[0]],
        label=labels[0],
        type=kinds[0] if len(kinds) == 1 else None,
        definition=" ".join(_texts(facts[iris[0]], SKOS + "definition")[:1] or _texts(values, SKOS + "definition")[:1]),
        match_case="true" in _values(values, TERM + "matchCase"),
        file=home[iris[0]],
        **lists,
    )


def serialise(concept: Concept) -> str:
    """The Turtle of one entry, without prefixes' declarations (``kg:``, ``skos:`` and full IRIs).

    >>> print(serialise(Concept("lora", "LoRA", "Method", definition="Low-rank updates.")))
    <https://w3id.org/kg-papers/concept/lora> a kg:Method ;
        skos:prefLabel "LoRA" ;
        skos:definition "Low-rank updates." .
    """
    import pyoxigraph

    lines = [f"<{concept_iri(concept.slug)}> a kg:{concept.type or 'Entity'}"]
    lines.append(f"skos:prefLabel {pyoxigraph.Literal(concept.label)}")
    for field, key, internal in LISTS:
        values = getattr(concept, field)
        if values:
            name = key.replace(SKOS, "skos:").replace(TERM, "kg:")
            plain = field in ("aliases", "hidden", "cues")
            terms = [str(pyoxigraph.Literal(v)) if plain else f"<{concept_iri(v) if internal else v}>" for v in values]
            lines.append(f"{name} {' , '.join(terms)}")
    if concept.definition:
        lines.append(f"skos:definition {pyoxigraph.Literal(concept.definition)}")
    if concept.match_case:
        lines.append("kg:matchCase true")
    return " ;\n    ".join(lines) + " ."
