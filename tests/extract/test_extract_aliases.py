"""Names that the vocabulary does not hold: the entries that they may stand for."""

from __future__ import annotations

from collections import Counter

from kg.extract.aliases import Aliases, Usage
from kg.vocabulary import Concept, Vocabulary

KNOWN = Vocabulary(
    [
        Concept("text-recognition", "Text Recognition", "Task"),
        Concept("moss-attention", "Moss Attention", "Method"),
        Concept("sparse-moss-attention", "Sparse Moss Attention", "Method"),
        Concept("pruning", "Pruning", "Method", cues=("weights",)),
    ]
)


def sharing(name: str, usage: Usage | None = None) -> dict[str, str]:
    """How each candidate of a name shares words with it."""
    return {c.slug: c.sharing for c in Aliases({}, usage or Usage(), KNOWN).candidates(name)}


def test_an_entry_is_found_by_any_of_the_ways_in_which_names_share_words() -> None:
    assert sharing("text recognizers") == {"text-recognition": "same"}
    assert sharing("fast text recognition systems") == {"text-recognition": "part"}
    assert sharing("attention") == {"moss-attention": "end", "sparse-moss-attention": "end"}
    assert sharing("moss pooling") == {"moss-attention": "other head"}
    assert sharing("fern attention") == {"moss-attention": "other modifier"}
    assert sharing("fern pooling") == {}


def test_a_homonym_is_left_to_its_context_and_an_acronym_to_what_it_stood_for() -> None:
    assert sharing("online pruning") == {}
    assert sharing("MA") == {}
    assert sharing("MA", Usage({"ma": Counter({"moss-attention": 2, "": 1})})) == {"moss-attention": "before"}


def test_without_learned_weights_a_name_stands_for_itself() -> None:
    assert Aliases({}, Usage(), KNOWN).entry("text recognizers") == ""


def test_the_more_usual_of_two_entries_is_told_from_the_other() -> None:
    usage = Usage({}, {"moss-attention": 9, "sparse-moss-attention": 1})
    told = {c.slug: set(features) for c, features in Aliases({}, usage, KNOWN).ranked("attention")}
    assert "end most usual True" in told["moss-attention"]
    assert "end most usual False" in told["sparse-moss-attention"]
