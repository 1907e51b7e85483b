"""What the check of a vocabulary finds: each kind of breach, planted alone in a sound vocabulary."""

from __future__ import annotations

import pytest

from kg.vocabulary import Concept, check


def entry(slug: str, label: str, *aliases: str, **more: object) -> Concept:
    values: dict[str, object] = {"type": "Method", "definition": "Something.", **more}
    return Concept(slug, label, aliases=tuple(aliases), **values)  # type: ignore[arg-type]


SOUND = [entry("root-thing", "Root Thing"), entry("leaf-thing", "Leaf Thing", "LT", broader=("root-thing",))]


def test_a_sound_vocabulary_has_no_finding() -> None:
    assert check(SOUND) == []


@pytest.mark.parametrize(
    ("planted", "kind", "words"),
    [
        (entry("a-b", "A B", type=None), "type", "not exactly one"),
        (entry("a-b", "A B", definition=""), "definition", "no definition"),
        (entry("wrong", "A B"), "slug", "not the slug of “A B”"),
        (entry("a-b", "A B", "x"), "label", "too short"),
        (entry("a-b", "A B", "—"), "label", "too short"),
        (entry("a-b", "A B", "leaf things"), "duplicate", "also names leaf-thing"),
        (entry("a-b", "A B", "LT"), "duplicate", "“LT” also names leaf-thing"),
        (entry("a-b", "A B", broader=("nothing",)), "dangling", "broader names no entry: nothing"),
        (entry("a-b", "A B", extends=("nothing",)), "dangling", "extends names no entry: nothing"),
        (entry("a-b", "A B", part_of=("nothing",)), "dangling", "part_of names no entry: nothing"),
        (entry("a-b", "A B", related=("nothing",)), "dangling", "related names no entry: nothing"),
        (entry("a-b", "A B", not_same_as=("nothing",)), "dangling", "not_same_as names no entry: nothing"),
        (entry("a-b", "A B", not_same_as=("a-b",)), "merge", "not to be the same as itself"),
        (entry("a-b", "A B", broader=("a-b",)), "cycle", "a-b → a-b"),
    ],
)
def test_a_planted_breach_is_found_and_named(planted: Concept, kind: str, words: str) -> None:
    findings = check([*SOUND, planted])
    assert {k for k, _, _ in findings} == {kind}
    assert any(words in what for _, _, what in findings)
    assert any(slug in (planted.slug, "leaf-thing") for _, slug, _ in findings)


def test_a_cycle_of_several_entries_is_found_once_with_its_way() -> None:
    ring = [entry(f"thing-{a}", f"Thing {a}", broader=(f"thing-{b}",)) for a, b in ("pq", "qr", "rp")]
    [(kind, _, what)] = check(ring)
    assert kind == "cycle"
    assert "thing-p → thing-q → thing-r → thing-p" in what


def test_two_senses_may_share_a_label_where_both_have_cues() -> None:
    senses = [entry(f"s-{n}", f"S {n}", "SAM", cues=(n,)) for n in ("mask", "sharp")]
    assert check(senses) == []


def test_a_shared_label_is_found_once_where_only_one_sense_has_cues() -> None:
    [(kind, slug, what)] = check([entry("s-a", "S A", "SAM", cues=("mask",)), entry("s-b", "S B", "SAM")])
    assert (kind, slug) == ("duplicate", "s-a")
    assert what.startswith("“SAM” also names s-b")


def test_a_homonym_s_slug_may_carry_a_qualifier() -> None:
    assert check([entry("mamba-snake", "Mamba")]) == []


def test_labels_that_differ_in_a_case_that_matters_are_no_duplicates() -> None:
    assert check([entry("cqa", "CQA"), entry("swag", "SWAG"), entry("swagger", "Swagger")]) == []
