"""What a text names: terms of the vocabulary, names of its own, roles and relations."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from kg.extract.names import guess_type, looks_like_name
from kg.extract.senses import decide
from kg.model import Extraction, PaperEntity

Entities = Callable[..., dict[str, PaperEntity]]
Read = Callable[..., Extraction]


@pytest.mark.parametrize(
    "surface", ["Moss Attention", "moss attention", "moss-attention", "mossy attention", "Moss Attentions"]
)
def test_a_term_is_linked_in_any_of_its_forms(entities: Entities, surface: str) -> None:
    found = entities("", f"Here {surface} helps.")["moss-attention"]
    assert (found.known, found.type, [m.surface for m in found.mentions]) == (True, "Method", [surface])


def test_a_term_inside_a_word_is_none(entities: Entities) -> None:
    assert entities("", "The mossattentional lanternfly flies.") == {}


def test_the_longest_term_is_taken(entities: Entities) -> None:
    found = entities("", "The SAGE Segmenter draws an image.")
    assert list(found) == ["sage-segmenter"]
    assert [m.surface for m in found["sage-segmenter"].mentions] == ["SAGE Segmenter"]


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("SAGE draws a mask on each image.", "sage-segmenter"),
        ("SAGE follows the gradient.", "sage-optimiser"),
        ("SAGE picks a step size for every mask in an image.", "sage-segmenter"),
    ],
)
def test_a_homonym_is_decided_by_its_cues(entities: Entities, text: str, slug: str) -> None:
    found = entities("", text)
    assert [s for s, e in found.items() if e.known] == [slug]


@pytest.mark.parametrize("text", ["We like SAGE here.", "SAGE takes the gradient of an image."])
def test_a_homonym_without_a_clear_sense_is_linked_to_none(entities: Entities, text: str) -> None:
    assert not any(entity.known for entity in entities("", text).values())


def test_a_homonym_whose_long_form_the_text_gives_takes_its_sense(entities: Entities) -> None:
    found = entities("", "Sparse ascent guided by edges (SAGE) draws a mask on each image. SAGE is fast.")
    assert [s for s, e in found.items() if e.known] == ["sage-optimiser"]
    assert len(found["sage-optimiser"].mentions) == 3


def test_an_abbreviation_takes_the_sense_of_its_long_form(entities: Entities) -> None:
    found = entities("", "Moss Attention (MA) grows. MA is green.")
    assert list(found) == ["moss-attention"]
    assert [(m.surface, m.match) for m in found["moss-attention"].mentions] == [
        ("Moss Attention", "label"), ("MA", "abbreviation"), ("MA", "abbreviation")
    ]  # fmt: skip


def test_a_known_abbreviation_that_the_text_defines_anew_is_not_the_known_one(entities: Entities) -> None:
    found = entities("", "Better tulips (BT) grow. BT is red.")
    assert "bark-transformer" not in found


def test_the_more_cues_decide_and_a_tie_decides_nothing() -> None:
    assert decide({"a": 1, "b": 2}, {"a": False, "b": False}) == ("b",)
    assert decide({"a": 1, "b": 1}, {"a": False, "b": False}) == ()
    assert decide({"a": 0, "b": 0}, {"a": True, "b": False}) == ("a",)


@pytest.mark.parametrize(
    "text",
    [
        "See https://example.org/Lantern/FernBank for it.",
        "See http://example.org/MossNet-2 and www.example.org/Lantern for it.",
        "The code is at github.com/lantern/FernBank and at http://lantern.example.org",
    ],
)
def test_an_address_names_nothing(entities: Entities, text: str) -> None:
    assert entities("", text) == {}


@pytest.mark.parametrize(
    ("title", "abstract"),
    [
        ("Grobble: growing moss by night", "With Grobble, moss grows."),
        ("", "In this paper, we propose Grobble to grow moss."),
        ("", "We introduce a new method called Grobble for moss."),
        ("", "We present a framework, dubbed “Grobble”, for moss."),
        ("", "Grobble-X, a novel framework for moss, grows by night."),
    ],
)
def test_a_name_that_the_text_gives_is_found(entities: Entities, title: str, abstract: str) -> None:
    found = entities(title, abstract)
    assert [entity.known for slug, entity in found.items() if slug.startswith("grobble")] == [False]


@pytest.mark.parametrize("name", ["InstaFlow", "W4A8", "GPT-4", "mBERT", "YOLOv9"])
def test_a_word_with_capitals_or_digits_inside_looks_like_a_name(name: str) -> None:
    assert looks_like_name(name)


@pytest.mark.parametrize("word", ["Results", "moss", "AI", "state-of-the-art", "However", "2020", "GPUs", "A"])
def test_a_plain_word_does_not_look_like_a_name(word: str) -> None:
    assert not looks_like_name(word)


def test_a_name_is_found_at_every_place(entities: Entities) -> None:
    abstract = "We propose MossNet. MossNet grows; so does (MossNet)."
    assert [m.surface for m in entities("On MossNet", abstract)["mossnet"].mentions] == ["MossNet"] * 4


def test_the_plural_of_a_new_name_is_the_same_thing(entities: Entities) -> None:
    assert list(entities("", "We propose MossNet. Many MossNets grow.")) == ["mossnet"]


def test_two_terms_joined_by_and_are_two(entities: Entities) -> None:
    assert list(entities("", "We compare Moss Attention and Lantern.")) == ["moss-attention", "lantern"]


def test_the_first_words_of_an_abstract_are_no_name_for_their_capitals(entities: Entities) -> None:
    assert entities("On moss", "Green Gardens grow.") == {}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("We release MossBench.", "Dataset"),
        ("the MossGrow dataset", "Dataset"),
        ("the MossGrow language model", "Model"),
        ("the MossGrow score", "Metric"),
        ("the MossGrow algorithm", "Method"),
        ("the MossGrow task", "Task"),
    ],
)
def test_the_type_of_a_new_name_is_told_by_what_stands_around_it(text: str, kind: str) -> None:
    [place] = [m.span() for m in re.finditer(r"Moss\w+", text)]
    assert guess_type(text, text[slice(*place)], [place]) == kind


def test_the_evidence_of_a_role_is_the_mention_that_tells_it(entities: Entities) -> None:
    found = entities("On ferns", "Much is said of Lantern. MossNet is compared with Lantern.")["lantern"]
    assert found.mentions[found.evidence].start > 20


def test_a_text_in_another_language_gives_terms_of_the_vocabulary_alone(entities: Entities) -> None:
    text = "Wir zeigen, dass die Methode MossNet mit Moss Attention auf den Daten von FernBank nicht schlechter wird."
    assert sorted(entities("Über die Methode", text)) == ["fernbank", "moss-attention"]


def test_an_entity_has_one_type_and_name_in_a_paper(entities: Entities) -> None:
    found = entities("MossNet", "The MossNet dataset and the MossNet dataset, and the MossNet algorithm.")
    assert (found["mossnet"].name, found["mossnet"].type) == ("MossNet", "Dataset")
