"""The role of each entity for its paper, by cues in the sentences that name it."""

from __future__ import annotations

import re
from collections import defaultdict

from kg.extract import cues
from kg.extract.surfaces import Surface
from kg.model import ROLES, EntityType, Role
from kg.settings import SETTINGS

__all__ = ["role_of"]


def role_of(
    text: str, border: int, surfaces: list[Surface], kind: EntityType, sentences: list[tuple[int, int]]
) -> tuple[Role, float, int]:
    """The role of an entity, its confidence, and the index of the surface whose sentence decided it.

    Each cue of ``ontology/cues/roles.tsv`` adds its weight once; the highest sum wins, and of equal sums the role that
    stands first in :data:`kg.model.ROLES`.

    :param border: where the title ends in the text
    :param sentences: the sentence of each surface, offsets in the text
    """
    scores: dict[Role, float] = defaultdict(float)
    deciding: dict[Role, tuple[float, int]] = {}
    seen: set[int] = set()
    for i, (surface, (left, right)) in enumerate(zip(surfaces, sentences, strict=True)):
        in_title = surface.start < border
        before = text[max(left, surface.start - SETTINGS.window) : surface.start]
        after = text[surface.end : min(right, surface.end + SETTINGS.window)]
        sentence = text[left : surface.start] + "MENTION" + text[surface.end : right]
        views = {"before": before, "after": after, "sentence": "" if in_title else sentence, "*": text[surface.start]}
        views["title"] = sentence if in_title else ""
        for number, cue in enumerate(cues.roles()):
            if number in seen or kind not in cue.types:
                continue
            view = views[cue.where]
            if view and _matches(cue.pattern, cue.where, view):
                seen.add(number)
                scores[cue.role] += cue.weight
                if cue.weight > deciding.get(cue.role, (0.0, 0))[0]:
                    deciding[cue.role] = (cue.weight, i)
    if not scores:
        return "mentions", 0.5, 0
    best = max(ROLES, key=lambda r: (scores.get(r, 0.0), -ROLES.index(r)))
    rest = max((n for r, n in scores.items() if r != best), default=0.0)
    confidence = round(0.5 + 0.45 * (scores[best] - rest) / (scores[best] + rest), 2)
    return best, confidence, deciding.get(best, (0.0, 0))[1]


def _matches(pattern: re.Pattern[str], where: str, view: str) -> bool:
    return bool(pattern.match(view) if where == "after" else pattern.search(view))
