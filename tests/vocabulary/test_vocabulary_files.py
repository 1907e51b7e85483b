"""Reading SKOS files: our own, foreign ones, and broken ones; the cache."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from helpers_vocabulary import concepts, write

from kg.errors import VocabularyError
from kg.vocabulary import Vocabulary, index, load, read, serialise

FOREIGN = """\
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix t: <https://terms.example.org/id/> .

t:17 a skos:Concept ;
    skos:prefLabel "Apprentissage profond"@fr , "Deep Learning"@en , "Tiefes Lernen"@de ;
    skos:altLabel "deep structured learning"@en-GB , "apprentissage en profondeur"@fr ;
    skos:broader t:3 .
t:3 a skos:Concept ; skos:prefLabel "Machine Learning"@en .
t:4 a skos:Concept ; skos:prefLabel "Maschinelles Sehen"@de .
t:scheme a skos:ConceptScheme .
"""


def test_an_entry_is_read_with_all_that_it_says(tmp_path: Path) -> None:
    [lora, other] = concepts(
        tmp_path,
        """
        c:lora a kg:Method ; skos:prefLabel "LoRA" ; skos:altLabel "low-rank adapter" ; skos:hiddenLabel "lo-ra" ;
            skos:definition "Low-rank updates." ; skos:broader c:other ; kg:extends c:other ; kg:partOf c:other ;
            skos:related c:other ; kg:notSameAs c:other ; kg:cue "rank" , "adapter" ; kg:matchCase true ;
            kg:introducedIn <https://example.org/p> ; skos:exactMatch <https://example.org/x> .
        c:other a kg:Method ; skos:prefLabel "Other" ; skos:definition "Another." .
        """,
    )
    assert (lora.slug, lora.label, lora.type, lora.labels) == (
        "lora", "LoRA", "Method", ("LoRA", "low-rank adapter", "lo-ra"),
    )  # fmt: skip
    assert lora.broader == lora.extends == lora.part_of == lora.related == lora.not_same_as == ("other",)
    assert (lora.cues, lora.match_case, lora.file) == (("adapter", "rank"), True, "little.ttl")
    assert lora.introduced_in == ("https://example.org/p",)
    assert lora.exact_match == ("https://example.org/x",)
    assert not other.match_case


def test_a_foreign_skos_file_keeps_its_iris_as_exact_matches(tmp_path: Path) -> None:
    found = {c.slug: c for c in read([write(tmp_path / "terms.ttl", FOREIGN, head="")])}
    assert set(found) == {"deep-learning", "machine-learning", "maschinelles-sehen"}
    assert found["deep-learning"].exact_match == ("https://terms.example.org/id/17",)
    assert found["deep-learning"].broader == ("machine-learning",)
    assert found["deep-learning"].aliases == ("deep structured learning",)
    assert found["deep-learning"].type is None


def test_a_foreign_concept_of_a_known_slug_joins_the_entry(tmp_path: Path) -> None:
    own = write(
        tmp_path / "own.ttl",
        'c:deep-learning a kg:Concept ; skos:prefLabel "Deep Learning" ; skos:definition "Layers." ;'
        ' skos:altLabel "DL" .',
    )
    [entry] = [c for c in read([own, write(tmp_path / "t.ttl", FOREIGN, head="")]) if c.slug == "deep-learning"]
    assert (entry.label, entry.type, entry.definition) == ("Deep Learning", "Concept", "Layers.")
    assert entry.aliases == ("DL", "deep structured learning")
    assert entry.exact_match == ("https://terms.example.org/id/17",)


def test_an_entry_spread_over_files_is_one(tmp_path: Path) -> None:
    a = write(tmp_path / "a.ttl", 'c:x a kg:Task ; skos:prefLabel "X Y" .')
    b = write(tmp_path / "b.ttl", 'c:x skos:altLabel "why" .')
    assert [(c.slug, c.aliases, c.file) for c in read([a, b])] == [("x", ("why",), "a.ttl")]


def test_serialised_entries_read_back_as_they_were(tmp_path: Path) -> None:
    before = [replace(c, file="") for c in load()]
    head = (
        "@prefix kg: <https://w3id.org/kg-papers/ontology#> .\n@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
    )
    again = read([write(tmp_path / "all.ttl", "\n".join(serialise(c) for c in before), head=head)])
    assert [replace(c, file="") for c in again] == before


def test_a_syntax_error_is_told_with_file_and_line(tmp_path: Path) -> None:
    path = write(tmp_path / "broken.ttl", 'c:x a kg:Task ;\n    skos:prefLabel "no end .\n')
    with pytest.raises(VocabularyError) as error:
        read([path])
    assert re.match(rf"{re.escape(str(path))}:\d+: not readable as Turtle", str(error.value))


def test_an_entry_without_a_label_is_told_with_file_and_iri(tmp_path: Path) -> None:
    path = write(tmp_path / "bare.ttl", "c:x a kg:Task .")
    with pytest.raises(VocabularyError, match=r"bare\.ttl: <https://w3id.org/kg-papers/concept/x>: an entry without"):
        read([path])


@pytest.mark.parametrize("name", ["nowhere.ttl", "no/folder", "*.nothing"])
def test_a_name_that_stands_for_no_file_is_an_error(tmp_path: Path, name: str) -> None:
    with pytest.raises(VocabularyError, match="no vocabulary file there"):
        load([tmp_path / name])


def test_files_globs_and_folders_are_taken(tmp_path: Path) -> None:
    write(tmp_path / "a.ttl", 'c:a-b a kg:Task ; skos:prefLabel "A B" .')
    write(tmp_path / "b.ttl", 'c:c-d a kg:Task ; skos:prefLabel "C D" .')
    for names in ([tmp_path], [tmp_path / "*.ttl"], [tmp_path / "a.ttl", tmp_path / "b.ttl"]):
        assert set(load(names, builtin=False).concepts) == {"a-b", "c-d"}


def test_a_user_s_file_adds_to_the_built_in_vocabulary(tmp_path: Path) -> None:
    path = write(tmp_path / "own.ttl", 'c:zorble-tuning a kg:Method ; skos:prefLabel "Zorble Tuning" .')
    vocabulary = load([path])
    assert vocabulary["zorble-tuning"].file == "own.ttl"
    assert len(vocabulary) == len(load()) + 1


def test_the_version_follows_the_contents_not_the_names(tmp_path: Path) -> None:
    a = write(tmp_path / "a.ttl", 'c:x a kg:Task ; skos:prefLabel "X Y" .')
    before = load([a], builtin=False).version
    assert load([a.rename(tmp_path / "b.ttl")], builtin=False).version == before
    write(tmp_path / "b.ttl", 'c:x a kg:Task ; skos:prefLabel "X Z" .')
    assert load([tmp_path / "b.ttl"], builtin=False).version != before


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "cache"
    monkeypatch.setenv("KG_CACHE", str(folder))
    return folder


def fresh(path: Path) -> Vocabulary:
    index._load.cache_clear()
    return load([path], builtin=False)


def test_a_second_load_from_the_cache_gives_the_same(cache: Path, tmp_path: Path) -> None:
    path = write(
        tmp_path / "v.ttl",
        'c:sam a kg:Method ; skos:prefLabel "SAM" ; kg:cue "mask" ; kg:matchCase true ; skos:definition "S." .',
    )
    text = "The SAM of 2023."
    first = fresh(path)
    found = first.find(text)
    assert len(list(cache.iterdir())) == 2
    second = fresh(path)
    assert second is not first
    assert list(second) == list(first)
    assert second.find(text) == found
    assert len(found) == 1


def test_a_cache_that_cannot_be_made_is_done_without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("KG_CACHE", str(tmp_path / "file" / "below"))
    path = write(tmp_path / "v.ttl", 'c:x-y a kg:Task ; skos:prefLabel "X Y" .')
    assert len(fresh(path).find("x y")) == 1


def test_a_vocabulary_is_asked_by_label_alias_slug_and_iri() -> None:
    vocabulary = load()
    for name in ("LoRA", "low rank adaptation", "lora", "https://w3id.org/kg-papers/concept/lora"):
        assert vocabulary.named(name) == ("lora",), name
    assert vocabulary.named("no such thing at all") == ()
    assert "Transformer" in vocabulary.near("Transfromer")
