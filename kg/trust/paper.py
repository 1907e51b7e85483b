"""One paper as the store has it, with its mentions and statements: what about them does not hold."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from kg.iri import PREFIXES, TERM, mention_iri, statement_iri
from kg.model import FIELDS
from kg.store import PaperRow
from kg.store.mapping import RELATION_TERMS, ROLE_TERMS

__all__ = ["PaperCheck", "Row", "Thing", "wrong_mention", "wrong_statement"]

#: A mention as the mention table has it: field, start, end, sentence start and end, hundredths, entity, role.
Row = tuple[str, int, int, int, int, int, str, str]

_A = f"{PREFIXES['rdf']}type"
_DC, _SCHEMA, _FOAF = PREFIXES["dcterms"], PREFIXES["schema"], PREFIXES["foaf"]
_ROLES = {TERM + term: role for role, term in ROLE_TERMS.items()}
_STATED = {iri: role for iri, role in _ROLES.items() if role != "mentions"}
_RELATIONS = {TERM + term: predicate for predicate, term in RELATION_TERMS.items()}
_MENTION = tuple(
    TERM + n for n in ("inPaper", "ofEntity", "field", "start", "end", "surface", "sentenceStart", "sentenceEnd",
                       "matchKind", "confidence")
)  # fmt: skip
_STATEMENT = tuple(TERM + n for n in ("subject", "predicate", "object", "statedIn", "confidence"))
_RELATION = tuple(TERM + n for n in ("field", "sentenceStart", "sentenceEnd", "polarity"))
_OF, _FIELD, _SURFACE, _EVIDENCE = (TERM + n for n in ("ofEntity", "field", "surface", "evidence"))
_START, _END, _LEFT, _RIGHT = (TERM + n for n in ("start", "end", "sentenceStart", "sentenceEnd"))


class Thing:
    """What a store says of one subject: the values of each predicate."""

    __slots__ = ("_more", "_one")

    def __init__(self) -> None:
        self._one: dict[str, str] = {}
        self._more: dict[str, list[str]] = {}

    def add(self, predicate: str, value: str) -> None:
        """Takes one triple in."""
        if predicate in self._one:
            self._more.setdefault(predicate, []).append(value)
        else:
            self._one[predicate] = value

    def values(self, predicate: str) -> list[str]:
        """All values of a predicate."""
        if predicate not in self._one:
            return []
        return [self._one[predicate], *self._more.get(predicate, ())]

    def get(self, predicate: str) -> str:
        """The value of a predicate, or nothing."""
        return self._one.get(predicate, "")

    def number(self, predicate: str) -> int:
        """The value of a predicate as a number, -1 where it is none."""
        try:
            return int(self._one.get(predicate, ""))
        except ValueError:
            return -1

    @property
    def of(self) -> str:
        """The entity of a mention."""
        return self._one.get(_OF, "")

    def faults(self, kind: str, needed: tuple[str, ...]) -> list[str]:
        """Which type or value it lacks, or has more than once."""
        found = [] if f"{TERM}{kind}" in self.values(_A) else [f"is not typed kg:{kind}"]
        found += [f"has no kg:{p.removeprefix(TERM)}" for p in needed if p not in self._one]
        return found + [f"has more than one kg:{p.removeprefix(TERM)}" for p in needed if p in self._more]


@dataclass(slots=True)
class PaperCheck:
    """A paper of the index with what the store says of it; mentions and statements by IRI."""

    row: PaperRow
    mentions: dict[str, Thing]
    statements: dict[str, Thing]
    said: Thing = field(default_factory=Thing)
    authors: list[Thing] = field(default_factory=list)

    @property
    def iri(self) -> str:
        """Its IRI."""
        return self.row.iri

    @property
    def title(self) -> str:
        """Its title, as the store has it."""
        return self.said.get(f"{_DC}title")

    @property
    def abstract(self) -> str:
        """Its abstract, as the store has it."""
        return self.said.get(f"{_DC}abstract")

    def text(self, name: str) -> str:
        """The text of a field."""
        return self.title if name == "title" else self.abstract

    @property
    def named(self) -> set[str]:
        """The entities that kg:mentions leads to."""
        return set(self.said.values(f"{TERM}mentions"))

    @property
    def roles(self) -> set[tuple[str, str]]:
        """Role and entity of each role triple."""
        return {(role, e) for iri, role in _STATED.items() for e in self.said.values(iri)}

    def wrong_data(self, extractor: str) -> list[str]:
        """Where type, bibliographic data or extractor are not as the index and the manifest say."""
        row, said = self.row, self.said
        found = [] if f"{TERM}Paper" in said.values(_A) else ["is not typed kg:Paper"]
        for name, stored, indexed in (
            ("title", said.values(f"{_DC}title"), [row.title]),
            ("abstract", said.values(f"{_DC}abstract"), [row.abstract] if row.abstract else []),
            ("identifiers", sorted(said.values(f"{_DC}identifier")), sorted(row.identifiers)),
            ("date", said.values(f"{_DC}issued"), [row.issued] if row.issued else []),
            ("year", said.values(f"{TERM}year"), [str(row.year)] if row.year is not None else []),
            ("venue", said.values(f"{TERM}venue"), [row.venue] if row.venue else []),
            ("address", said.values(f"{_SCHEMA}url"), [row.url] if row.url else []),
        ):
            if stored != indexed and not (name == "year" and list(map(_whole, stored)) == list(map(_whole, indexed))):
                found.append(f"its {name} is not what the index has")
        authors = sorted((a.number(f"{TERM}position"), a.get(f"{_FOAF}name")) for a in self.authors)
        if authors != [(n, a.name) for n, a in enumerate(row.authors, start=1)]:
            found.append("its authors are not those that the index has")
        if said.values(f"{TERM}extractedBy") != [extractor]:
            found.append("it was not read by the extractor of this build")
        return found

    def wrong_hashes(self) -> list[str]:
        """Which hash is not that of the text."""
        return [
            f"kg:{name}Hash is not the hash of its {name}"
            for name in FIELDS
            if self.said.values(f"{TERM}{name}Hash") != [hashlib.sha256(self.text(name).encode()).hexdigest()]
        ]

    def wrong_roles(self) -> list[str]:
        """Roles without statement or kg:mentions, and kg:mentions without a mention."""
        named, roles = self.named, self.roles
        stated = {(s.get(f"{TERM}predicate"), s.get(f"{TERM}object")) for s in self.statements.values()
                  if s.get(f"{TERM}subject") == self.iri}  # fmt: skip
        seen = {m.of for m in self.mentions.values()}
        found = []
        for role, entity in sorted(roles):
            if entity not in named:
                found.append(f"kg:{ROLE_TERMS[role]} {entity} stands without kg:mentions")  # type: ignore[index]
            if (f"{TERM}{ROLE_TERMS[role]}", entity) not in stated:  # type: ignore[index]
                found.append(f"kg:{ROLE_TERMS[role]} {entity} stands without a statement")  # type: ignore[index]
        found += [f"kg:mentions {entity} stands without a mention" for entity in sorted(named - seen)]
        return found

    def rows(self) -> set[Row]:
        """Its mentions as the mention table should have them."""
        role_of: dict[str, str] = {}
        for role, entity in sorted(self.roles):
            role_of[entity] = f"{role_of[entity]}+{role}" if entity in role_of else role
        return {
            (
                m.get(_FIELD), m.number(_START), m.number(_END), m.number(_LEFT), m.number(_RIGHT),
                _hundredths(m.get(f"{TERM}confidence")), m.of, role_of.get(m.of, "mentions"),
            )
            for m in self.mentions.values()
        }  # fmt: skip


def wrong_mention(iri: str, mention: Thing, paper: PaperCheck) -> list[str]:
    """What does not hold of one mention."""
    found = mention.faults("Mention", _MENTION)
    if found:
        return found
    name, start, end = mention.get(_FIELD), mention.number(_START), mention.number(_END)
    if name not in FIELDS:
        return [f"its field is “{name}”"]
    text = paper.text(name)
    if not 0 <= start < end <= len(text):
        found.append(f"its offsets {start}–{end} do not lie in the {name} of {len(text)} characters")
    elif text[start:end] != mention.get(_SURFACE):
        found.append(f"the {name} has “{text[start:end]}” at {start}–{end}, not “{mention.get(_SURFACE)}”")
    left, right = mention.number(_LEFT), mention.number(_RIGHT)
    if not 0 <= left <= start < end <= right <= len(text):
        found.append(f"its sentence {left}–{right} does not lie in the {name} or does not hold it")
    if iri != mention_iri(paper.iri, name, paper.said.get(f"{TERM}{name}Hash"), start, end):
        found.append("its IRI is not that of its paper, field, text and offsets")
    if mention.of not in paper.said.values(f"{TERM}mentions"):
        found.append(f"its paper has no kg:mentions {mention.of}")
    return found


def wrong_statement(iri: str, statement: Thing, paper: PaperCheck) -> list[str]:
    """What does not hold of one statement."""
    found = statement.faults("Statement", _STATEMENT)
    if found:
        return found
    subject, predicate, end = (statement.get(TERM + n) for n in ("subject", "predicate", "object"))
    if subject == paper.iri:
        role = _STATED.get(predicate)
        if role is None:
            return [f"{predicate} is no role"]
        if end not in paper.said.values(predicate):
            found.append(f"its role kg:{ROLE_TERMS[role]} {end} does not stand in the graph")
        proofs = [paper.mentions.get(e) for e in statement.values(_EVIDENCE)]
        if len(proofs) != 1 or proofs[0] is None or proofs[0].of != end:
            found.append("its evidence is no mention of its object in this paper")
        if iri != statement_iri(paper.iri, subject, role, end):
            found.append("its IRI is not that of its parts")
        return found
    relation = _RELATIONS.get(predicate)
    if relation is None:
        return [f"{predicate} is no relation"]
    found = [f"has not one kg:{p.removeprefix(TERM)}" for p in _RELATION if len(statement.values(p)) != 1]
    found += [f"the paper does not mention its {n} {e}" for n, e in (("subject", subject), ("object", end))
              if e not in paper.named]  # fmt: skip
    text = paper.text(statement.get(_FIELD))
    if not 0 <= statement.number(_LEFT) < statement.number(_RIGHT) <= len(text):
        found.append("its offsets do not lie in its field")
    if iri != statement_iri(paper.iri, subject, relation, end):
        found.append("its IRI is not that of its parts")
    return found


def _whole(text: str) -> int | str:
    return int(text) if text.lstrip("-").isdigit() else text


def _hundredths(text: str) -> int:
    try:
        return round(float(text) * 100)
    except ValueError:
        return -1
