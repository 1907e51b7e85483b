"""The learned recogniser of the ``fast`` profile: finds mentions, says what each names, of which type, how surely."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc

from kg import vocabulary as vocabularies
from kg.extract import tables
from kg.extract.aliases import Aliases
from kg.extract.chain import Chain
from kg.extract.encoder import Encoder, load_encoder
from kg.extract.features import Lexicons
from kg.extract.hints import hints
from kg.extract.identity import Identity, identify
from kg.extract.kinds import Kinds
from kg.extract.lexicons import Phrases, Terms, Words
from kg.extract.reading import Place, Reading, read
from kg.extract.second_look import SecondLook, candidates, choose
from kg.extract.surfaces import Surface, register
from kg.extract.tables import Table
from kg.model import Match
from kg.settings import SETTINGS
from kg.vocabulary import Vocabulary

__all__ = ["PARTS", "Parts", "Tagger", "load_parts"]

#: The trained parts, each a table in a file of that name.
PARTS = ("words", "phrases", "terms", "chain", "second_look", "kinds", "aliases")


@dataclass(frozen=True)
class Parts:
    """What was trained, ready for use; the ranking of entries once there is a vocabulary."""

    lexicons: Lexicons
    chain: Chain
    second_look: SecondLook
    kinds: Kinds
    aliases: Table


@lru_cache(maxsize=2)
def load_parts(folder: Path) -> Parts:
    """The trained parts of a folder; what it lacks is that of the ``fast`` profile.

    :raises KGError: if one is missing
    """
    found = {name: tables.read(tables.part_file(folder, name)) for name in PARTS}
    words, terms = Words(found["words"]), Terms.of(found["terms"])
    lexicons = Lexicons(words, Phrases(found["phrases"]), terms)
    return Parts(
        lexicons,
        Chain.of(found["chain"], lexicons),
        SecondLook.of(found["second_look"]),
        Kinds.of(found["kinds"], words, terms),
        found["aliases"],
    )


@Language.factory("kg_tagger", default_config={"model": "fast", "files": [], "builtin": True, "encoder": ""})
def create(nlp: Language, name: str, model: str, files: Sequence[str], builtin: bool, encoder: str) -> Tagger:
    """The component with the trained parts of a profile or folder, over the vocabulary that ``kg_vocabulary`` uses.

    ``encoder`` is the name or the folder of an encoder whose vectors the parts have learned with; empty for none.
    """
    known = vocabularies.load(files, builtin=builtin)
    own = frozenset(c.slug for c in vocabularies.load(files, builtin=False)) if files else frozenset()
    encodes = load_encoder(tables.parts_folder(encoder)) if encoder else None
    return Tagger(load_parts(tables.parts_folder(model)), known, own, encodes)


class Tagger:
    """Sets ``doc._.kg_surfaces`` to the mentions of the text, each linked and typed, and beside them ``doc._.kg_hints``
    and, with an encoder, ``doc._.kg_vectors``: what the roles are told.

    What it reads was set by the components before it: sentences, abbreviations, the vocabulary's finds. In a text that
    is not English these finds stand as they are; so do, in any text, entries of the vocabularies that the user gave.
    """

    def __init__(
        self, parts: Parts, vocabulary: Vocabulary, own: frozenset[str] = frozenset(), encoder: Encoder | None = None
    ) -> None:
        register()
        self.encoder = encoder
        self.parts = parts
        self.vocabulary = vocabulary
        self.aliases = Aliases.of(parts.aliases, vocabulary)
        self.own = own

    def __call__(self, doc: Doc) -> Doc:
        if doc._.kg_language == "en":
            reading = read(doc)
            if self.encoder is not None:
                reading = reading.encoded(self.encoder)
                doc._.kg_vectors = reading.vectors
            doc._.kg_surfaces = tuple(self.surfaces(reading))
            doc._.kg_hints = hints(reading, self.parts.lexicons, doc._.kg_surfaces)
        return doc

    def surfaces(self, reading: Reading) -> list[Surface]:
        """The mentions of a text, in order, none overlapping another."""
        return self.linked(reading, self.found(reading))

    def found(self, reading: Reading) -> list[tuple[int, int, float]]:
        """Start, end and probability of the mentions."""
        look = self.parts.second_look
        found = [(c.start, c.end, look.probability(c)) for c in candidates(reading, self.parts.chain)]
        named = reading.given
        found = [
            (a, b, max(p, SETTINGS.given) if p >= SETTINGS.possible and reading.text[a:b] in named else p)
            for a, b, p in found
        ]
        own = {(s.start, s.end): s.confidence for s in reading.known if s.slug in self.own}
        if own:
            sure = {(a, b): max(p, own.pop((a, b), 0.0)) for a, b, p in found}
            found = [(a, b, p) for (a, b), p in sorted((sure | own).items())]
        return choose(found, SETTINGS.mention)

    def identity(self, reading: Reading, place: Place) -> Identity:
        """What the text names at a place."""
        found = identify(reading, self.vocabulary, self.parts.lexicons.words, place)
        entry = "" if found.known else self.aliases.entry(found.name)
        return Identity(entry, True, found.abbreviation) if entry else found

    def linked(self, reading: Reading, found: Sequence[tuple[int, int, float]]) -> list[Surface]:
        """The places of a text with what each names."""
        groups: dict[str, list[tuple[Place, Identity, float]]] = defaultdict(list)
        for start, end, chance in found:
            identity = self.identity(reading, (start, end))
            if identity.slug:
                groups[identity.slug].append(((start, end), identity, chance))
        surfaces = []
        for slug, members in groups.items():
            known = slug in self.vocabulary
            kind = self.parts.kinds.decide(reading, [place for place, _, _ in members])
            name = self.vocabulary[slug].label if known else _name(reading, [place for place, _, _ in members])
            for place, identity, chance in members:
                match: Match = "abbreviation" if identity.abbreviation else "model"
                made = Surface(*place, slug, name, kind, known, match, round(chance, 2))
                before = reading.known_at.get(place)
                surfaces.append(replace(made, match=before.match) if before else made)
        return sorted(surfaces, key=lambda s: s.start)


def _name(reading: Reading, places: Sequence[Place]) -> str:
    """The name of a thing that the vocabulary does not hold: the form that the text uses most, a long one of two."""
    forms = Counter(reading.text[slice(*place)] for place in places)
    return max(forms, key=lambda form: (forms[form], len(form), form))
