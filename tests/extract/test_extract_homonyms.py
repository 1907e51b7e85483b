"""Homonyms are decided by context: sentences that were written before the cues, by someone who did not see them."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

from kg.extract import load

SENTENCES = Path(__file__).resolve().parents[1] / "data" / "homonyms.jsonl"


def test_most_homonyms_are_decided_right_and_better_than_by_the_most_frequent_sense() -> None:
    lines = [json.loads(line) for line in SENTENCES.read_text(encoding="utf-8").splitlines()]
    nlp = load("vocabulary")
    right = frequent = wrongly_linked = 0
    senses = Counter((line["surface"], line["sense"]) for line in lines)
    usual = {s: max((n, str(k)) for (t, k), n in senses.items() if t == s)[1] for s in {x["surface"] for x in lines}}
    for line in lines:
        found = [
            surface.slug
            for surface in nlp(line["text"])._.kg_surfaces
            if surface.known and surface.start < line["end"] and line["start"] < surface.end
        ]
        answer = found[0] if found else None
        right += answer == line["sense"]
        frequent += usual[line["surface"]] == str(line["sense"])
        wrongly_linked += answer is not None and line["sense"] is None
    print(
        f"{right} of {len(lines)} right, {frequent} by the most frequent sense, {wrongly_linked} linked to a wrong one"
    )
    assert right / len(lines) >= 0.86
    assert right > frequent
    assert wrongly_linked / len(lines) <= 0.04
