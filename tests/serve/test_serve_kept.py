"""Kept answers stay within their bytes, the last asked for longest."""

from __future__ import annotations

from kg.serve.kept import Answers


def test_the_answers_asked_for_last_are_kept_within_a_limit_of_bytes() -> None:
    answers = Answers()
    for number in range(100):
        answers.keep(number, 10, b"x" * 900_000, {})
        assert answers.get(0) is not None
    held = [number for number in range(100) if answers.get(number) is not None]
    assert held[0] == 0 and held[1:] == list(range(100 - len(held) + 1, 100))
    assert len(held) == 32 * 1024 * 1024 // (900_000 + 1034)


def test_a_long_answer_has_a_tag_and_is_not_kept() -> None:
    answers = Answers()
    assert answers.keep("long", 10, b"x" * 2_000_000, {"vary": "Accept"}).headers["etag"]
    assert answers.get("long") is None
