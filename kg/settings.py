"""Every threshold of the reading of papers, in one place."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["SETTINGS", "Settings"]


@dataclass(frozen=True, slots=True)
class Settings:
    """Confidences and limits of the vocabulary pipeline (two decimals; a probability that the mention is right).

    Measured on annotated abstracts as the share of exact spans; ``docs/reference/settings.md`` has the figures.
    """

    #: A preferred label or alias of more than one word, or one that is matched in its own case.
    label: float = 0.9
    alias: float = 0.85
    #: A short form after its definition in the same text.
    abbreviation: float = 0.9
    #: A homonym that its cues decided.
    homonym: float = 0.8
    #: A name that the text itself says it gives ("called X", "we propose X", "X: …").
    named: float = 0.85
    #: The long form of an abbreviation that the vocabulary does not hold.
    defined: float = 0.6
    #: A term that only looks like a name, and what each further occurrence adds, up to the limit.
    candidate: float = 0.55
    repeat: float = 0.05
    candidate_limit: float = 0.75
    #: Cue words that a homonym's sense needs in the text, at least.
    cues: int = 1
    #: Likeness of a sense's gloss to the words around a name that it needs where no cue tells, at least (a cosine).
    gloss: float = 0.07
    #: How many times as like as the next sense's gloss it must be.
    gloss_lead: float = 1.5
    #: Share of function words of one language above which a text counts as written in it.
    language: float = 0.08
    #: Probability above which the learned recogniser takes a stretch for a mention.
    mention: float = 0.4
    #: What a name that the text says it gives counts as, where the recogniser holds it for possible at least.
    given: float = 0.5
    possible: float = 0.1
    #: Chance from which a name that the vocabulary does not hold stands for an entry of it.
    alias_chance: float = 0.35
    #: Chance that a thing is none, by all its sentences, from which it is left out.
    nothing: float = 0.6
    #: Confidence from which what a text says of two things is kept as a statement: where F1 is highest.
    statement: float = 0.1
    #: Confidences from which a statement that is not denied is asserted as a triple, for the relations of which then
    #: more than four of five are right; the others stand as statements alone.
    assertion_evaluated_on: float = 0.5
    assertion_outperforms: float = 0.6


SETTINGS = Settings()
