"""Vocabularies of others: read, brought in as entries that fit, and matched with ours."""

from __future__ import annotations

import contextlib
import gzip
from pathlib import Path

import pytest
from helpers_vocabulary import concepts, write
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import VocabularyError
from kg.vocabulary import Concept, Vocabulary, check, read
from kg.vocabulary.align import align, as_turtle, read_reviewed
from kg.vocabulary.edit import write_entries
from kg.vocabulary.foreign import adopt
from kg.vocabulary.thesaurus import Topic, read_topics

PLANTS = """
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix p: <http://example.org/plants/> .
p:1 a skos:Concept ; skos:prefLabel "Ferns"@en , "Farne"@de ; skos:altLabel "pteridophytes"@en ;
    skos:narrower p:2 ; skos:definition "Plants with fronds."@en .
p:2 a skos:Concept ; skos:prefLabel "Tree ferns"@en ; skos:broader p:1 ; skos:related p:3 .
p:3 a skos:Concept ; skos:prefLabel "Moos"@de .
p:4 a skos:Concept ; skos:prefLabel "Lantern"@en ; skos:broader p:5 .
p:5 a skos:Concept ; skos:prefLabel "Lamps"@en ; skos:broader p:4 ; skos:altLabel "BT" , "L" .
"""
OLD_CSO = """computer science,klink:broaderGeneric,plant recognition
plant recognition,klink:broaderGeneric,fern recognition
fern recognition,klink:relatedEquivalent,recognition of ferns
fern recognition,klink:primaryLabel,fern recognition
fern recognition,klink:contributesTo,botany
fern recognition,rdfs:label,fern recognition
"""
_TOPIC, _TERM = "https://cso.kmi.open.ac.uk/topics", "http://cso.kmi.open.ac.uk/schema/cso"
NEW_CSO = f"""\
"<{_TOPIC}/fern_recognition>","<{_TERM}#relatedEquivalent>","<{_TOPIC}/recognition_of_ferns>"
"<{_TOPIC}/plant_recognition>","<{_TERM}#superTopicOf>","<{_TOPIC}/fern_recognition>"
"<{_TOPIC}/fern_recognition>","<http://www.w3.org/2000/01/rdf-schema#label>","Fern Recognition@en"
"""
OURS = Vocabulary(
    [
        Concept("lantern", "Lantern", "Model"),
        Concept("bark-transformer", "Bark Transformer", "Method", ("BT",), definition="Bark."),
    ]
)


def test_skos_is_read_with_its_tree_in_either_direction_and_english_first(tmp_path: Path) -> None:
    found = {t.label: t for t in read_topics(write(tmp_path / "plants.ttl", PLANTS, head=""))}
    assert set(found) == {"Ferns", "Tree ferns", "Moos", "Lantern", "Lamps"}
    assert found["Ferns"].aliases == ("pteridophytes",)
    assert found["Tree ferns"].broader == ("http://example.org/plants/1",)
    assert found["Ferns"].definition == "Plants with fronds."


@pytest.mark.parametrize("text", [OLD_CSO, NEW_CSO], ids=["names", "IRIs"])
def test_both_forms_of_cso_s_csv_are_read_gzipped_or_not(tmp_path: Path, text: str) -> None:
    plain = write(tmp_path / "CSO.csv", text, head="")
    packed = tmp_path / "CSO.csv.gz"
    packed.write_bytes(gzip.compress(text.encode()))
    assert read_topics(plain) == read_topics(packed)
    fern = next(t for t in read_topics(plain) if t.label.lower() == "fern recognition")
    assert fern.iri == "https://cso.kmi.open.ac.uk/topics/fern_recognition"
    assert [a.lower() for a in fern.aliases] == ["recognition of ferns"]
    assert fern.broader == ("https://cso.kmi.open.ac.uk/topics/plant_recognition",)


def test_json_lines_are_read_with_their_parts(tmp_path: Path) -> None:
    line = '{"id": "https://example.org/t", "name": "Fern Sorting", "subtasks": ["Frond Sorting"]}\n'
    found = read_topics(write(tmp_path / "tasks.jsonl", line, head=""))
    assert [(t.label, t.broader) for t in found] == [
        ("Fern Sorting", ()), ("Frond Sorting", ("https://example.org/t",)),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.ttl", "<a> <b> .", "a.ttl:1: not readable as Turtle"),
        ("a.ttl", "", "holds no concept"),
        ("a.csv", "a,b\n", "a.csv:1: has 2 columns, not subject, predicate, object"),
        ("a.csv", "a,likes,b\n", "a.csv:1: “likes” is no relation of CSO"),
        ("a.jsonl", '{"id": "x"}\n', "a.jsonl:1: not a JSON object with an id"),
        ("a.jsonl", '\n{"id": 1, "name": "n", "alt": [2]}\n', "a.jsonl:2: not a JSON object"),
        ("a.ttl.gz", "no gzip", "a.ttl.gz: cannot be read"),
    ],
)
def test_what_cannot_be_read_is_said_with_its_place(tmp_path: Path, name: str, text: str, said: str) -> None:
    with pytest.raises(VocabularyError) as error:
        read_topics(write(tmp_path / name, text, head=""))
    assert said in str(error.value)


@settings(deadline=None)
@given(st.binary(max_size=200), st.sampled_from(["ttl", "csv", "jsonl", "rdf", "ttl.gz"]))
def test_no_bytes_break_the_reading(data: bytes, ending: str) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"file.{ending}"
        path.write_bytes(data)
        with contextlib.suppress(VocabularyError):
            read_topics(path)


def test_topics_become_entries_that_fit_beside_ours(tmp_path: Path) -> None:
    made = adopt(read_topics(write(tmp_path / "plants.ttl", PLANTS, head="")), OURS, "Concept", "plants")
    entries = {c.slug: c for c in made.entries}
    assert set(entries) == {"ferns", "tree-ferns", "moos", "lamps"}
    assert entries["tree-ferns"].broader == ("ferns",)
    assert entries["tree-ferns"].related == ("moos",)
    assert entries["ferns"].exact_match == ("http://example.org/plants/1",)
    assert entries["tree-ferns"].definition == "A topic of plants, narrower than Ferns."
    assert [(c.slug, c.exact_match) for c in made.matched] == [("lantern", ("http://example.org/plants/4",))]
    assert set(made.left_out) == {("BT", "names bark-transformer already"), ("L", "is too short to be matched")}


def test_a_circle_in_broader_is_cut(tmp_path: Path) -> None:
    topics = [Topic("urn:a", "Fern", broader=("urn:b",)), Topic("urn:b", "Plant", broader=("urn:a",))]
    made = adopt(topics, OURS, "Concept", "plants")
    assert check([*OURS, *made.entries]) == check(OURS)
    assert adopt(topics[::-1], OURS, "Concept", "plants") == made


def test_what_is_written_is_read_back_and_obeys_the_rules(tmp_path: Path) -> None:
    made = adopt(read_topics(write(tmp_path / "plants.ttl", PLANTS, head="")), OURS, "Concept", "plants")
    write_entries((*made.entries, *made.matched), tmp_path / "imported.ttl", "From plants\nof a garden")
    again = {c.slug: c for c in read([tmp_path / "imported.ttl"])}
    assert again["ferns"].aliases == ("pteridophytes",)
    assert again["lantern"].exact_match == ("http://example.org/plants/4",)
    assert [k for k, s, _ in check([*OURS, *again.values()]) if s not in OURS and k != "definition"] == []


GARDEN = """
c:plant-recognition a kg:Task ; skos:prefLabel "Plant Recognition" .
c:fern-recognition a kg:Task ; skos:prefLabel "Fern Recognition" ; skos:broader c:plant-recognition .
c:wet-moss-sorting a kg:Task ; skos:prefLabel "Wet Moss Sorting" .
c:frond-counting a kg:Task ; skos:prefLabel "Frond Counting" ; skos:altLabel "counting fronds by hand" .
c:lantern a kg:Model ; skos:prefLabel "Lantern" ; skos:exactMatch <urn:t:6> .
"""
TOPICS = [
    Topic("urn:t:1", "fern recognition", broader=("urn:t:2",)),
    Topic("urn:t:2", "plant recognition"),
    Topic("urn:t:3", "moss sorting"),
    Topic("urn:t:4", "manual counting", ("counting fronds by hand",)),
    Topic("urn:t:5", "fern recognitions"),
    Topic("urn:t:6", "lantern"),
]


def test_entries_are_matched_by_name_and_ranked_by_the_neighbours_they_share(tmp_path: Path) -> None:
    found = align(concepts(tmp_path, GARDEN), TOPICS)
    first = found[0]
    assert (first.relation, first.score, first.context) == ("exactMatch", 1.0, "Plant Recognition")
    by_topic = {(a.entry, a.topic): a.relation for a in found}
    assert by_topic["fern-recognition", "urn:t:1"] == "exactMatch"
    assert by_topic["fern-recognition", "urn:t:5"] == "closeMatch"
    assert by_topic["wet-moss-sorting", "urn:t:3"] == "broadMatch"
    assert by_topic["frond-counting", "urn:t:4"] == "closeMatch"
    assert not any(a.entry == "lantern" for a in found)


def test_reviewed_candidates_become_matches(tmp_path: Path) -> None:
    text = "entry\trelation\ttopic\nfern-recognition\texactMatch\turn:t:1\n"
    written = as_turtle(read_reviewed(text, "reviewed.tsv"), "Reviewed")
    (tmp_path / "more.ttl").write_text(written)
    found = read([write(tmp_path / "garden.ttl", GARDEN), tmp_path / "more.ttl"])
    fern = next(c for c in found if c.slug == "fern-recognition")
    assert (fern.exact_match, fern.file) == (("urn:t:1",), "garden.ttl")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("entry\ttopic\n", "has no columns entry, relation and topic"),
        ("entry\trelation\ttopic\na\tsameAs\turn:x\n", "r.tsv:2: “sameAs” is no match"),
        ("entry\trelation\ttopic\na\tcloseMatch\tno iri\n", "r.tsv:2: has no entry, or no IRI"),
    ],
)
def test_a_line_that_is_no_match_is_said_with_its_place(text: str, said: str) -> None:
    with pytest.raises(VocabularyError) as error:
        read_reviewed(text, "r.tsv")
    assert said in str(error.value)
