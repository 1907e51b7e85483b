"""The pipeline as a whole: sound offsets, the same answer every time, and parts that work alone."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import spacy
from helpers_papers import paper
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.extract import COMPONENTS, extract, load, record, version
from kg.model import Extraction, Paper

if TYPE_CHECKING:
    from spacy.language import Language

Read = Callable[..., Extraction]

PIECES = st.sampled_from(
    [
        "Moss Attention", "MossNet", "Lantern", "SAGE", "FernBank", "(MA)", "(BT)", "Bark Transformer", "W4A8", "C++",
        "we propose", "outperforms", "on", "an image mask", ". ", "? ", ", ", ": ", "\n", "\r\n", "\u2028", "-", "'s",
        "“", "”", "https://a.org/Lantern", "GPT-4", "Ünïcödé", "𝛼", "机器学习", "🌿", "ﬁne", "İstanbul",
        "e.g.", "et al.", "3.5%", "\u0301", "\u200b", "\x00", "ß",
    ]
)  # fmt: skip
TEXTS = st.lists(PIECES | st.text(max_size=6), max_size=25).map(" ".join) | st.lists(PIECES, max_size=25).map("".join)

PAPERS = [
    paper(
        "Moss Attention for ferns", "We propose MossNet with Moss Attention (MA). MA outperforms Lantern on FernBank."
    ),
    paper("On masks", "SAGE draws a mask for an image."),
    paper("Lantern: a night model", ""),
    paper("", ""),
    paper("Über Moos", "Wir zeigen, dass die Methode mit Moss Attention auf den Daten nicht schlechter wird."),
    paper(
        "Bark Transformer (BT)", "BT is trained on FernBank. We evaluate BT on Leaf Classification with Petal Score."
    ),
] * 5


def check(made: Paper, found: Extraction) -> None:
    """Every offset slices to what it says, within its field."""
    texts = {"title": made.title, "abstract": made.abstract}
    slugs = [entity.slug for entity in found.entities]
    assert len(slugs) == len(set(slugs))
    places = []
    for entity in found.entities:
        assert entity.mentions and 0 <= entity.evidence < len(entity.mentions)
        assert entity.slug and entity.name.strip()
        for mention in entity.mentions:
            text = texts[mention.field]
            assert text[mention.start : mention.end] == mention.surface != ""
            assert 0 <= mention.sentence_start <= mention.start < mention.end <= mention.sentence_end <= len(text)
            assert 0 < mention.confidence <= 1
            places.append((mention.field, mention.start, mention.end))
    places.sort()
    assert all(a[0] != b[0] or a[2] <= b[1] for a, b in pairwise(places)), "mentions overlap"
    for relation in found.relations:
        assert {relation.subject, relation.object} <= set(slugs) and relation.subject != relation.object
        assert 0 <= relation.start < relation.end <= len(texts[relation.field])


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(TEXTS.filter(bool), TEXTS)
def test_every_offset_holds_in_any_text(read: Read, title: str, abstract: str) -> None:
    check(paper(title, abstract), read(title, abstract))


@pytest.mark.parametrize("made", PAPERS[:6])
def test_every_offset_holds_in_a_plain_paper(read: Read, made: Paper) -> None:
    check(made, read(made.title, made.abstract))


def test_every_offset_holds_in_a_paper_without_title(read: Read) -> None:
    made = paper("", "MossNet outperforms Lantern.")
    check(made, read(made.title, made.abstract))


@pytest.mark.parametrize(("title", "abstract"), [("", ""), (" ", "\n"), ("\n\n", ""), ("", "\u2028"), ("...", "???")])
def test_a_text_without_words_names_nothing(read: Read, title: str, abstract: str) -> None:
    assert read(title, abstract) == Extraction()


def test_entities_come_in_the_order_of_their_first_mention(read: Read) -> None:
    found = read("Lantern on FernBank", "We use moss attention in Lantern.")
    assert [entity.slug for entity in found.entities] == ["lantern", "fernbank", "moss-attention"]


@pytest.mark.slow
def test_a_long_text_is_read_in_seconds(read: Read) -> None:
    words = " ".join(f"Then word number {n} grows (nicely) near a tree, and it stays there." for n in range(7_500))
    abstract = f"We propose MossNet. {words} MossNet uses Lantern."
    begun = time.process_time()
    found = read("A long text", abstract)
    assert time.process_time() - begun < 10
    check(paper("A long text", abstract), found)
    assert [entity.slug for entity in found.entities] == ["mossnet", "lantern"]


def test_a_text_of_more_than_a_million_characters_is_read_too(read: Read) -> None:
    assert read("A very long text", "moss " * 200_001) == Extraction()


@pytest.mark.parametrize("batch", [1, 2, 7, 100])
def test_the_size_of_a_batch_changes_nothing(nlp: Language, batch: int) -> None:
    assert list(extract(nlp, PAPERS, batch=batch)) == list(extract(nlp, PAPERS))


def test_papers_come_in_the_order_given(nlp: Language) -> None:
    assert [made for made, _ in extract(nlp, PAPERS[::-1])] == PAPERS[::-1]


def test_what_a_paper_says_does_not_depend_on_the_papers_before_it(nlp: Language, read: Read) -> None:
    together = [found for _, found in extract(nlp, PAPERS[:6])]
    assert together == [read(made.title, made.abstract) for made in PAPERS[:6]]


SHOW = """
import sys
from kg.extract import extract, load
from kg.model import Origin, Paper
text = "We propose MossNet with Moss Attention (MA). MA outperforms Lantern. SAGE draws a mask on MossBench."
papers = [Paper("Lantern: a night model", text, Origin("", "", 0))]
print([found for _, found in extract(load(vocabulary=[sys.argv[1]], builtin=False), papers)])
"""


@pytest.mark.slow
def test_the_seed_of_hashes_changes_nothing(vocabulary_file: str) -> None:
    root = Path(__file__).parents[2]
    said = [
        subprocess.run(
            [sys.executable, "-c", SHOW, vocabulary_file], capture_output=True, text=True, check=True, cwd=root,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(root), "PATH": "", "HOME": str(Path.home())},
        ).stdout
        for seed in ("1", "2")
    ]  # fmt: skip
    assert said[0] == said[1] != ""


@pytest.mark.parametrize("name", COMPONENTS)
def test_a_component_works_alone_in_a_blank_pipeline(name: str, vocabulary_file: str) -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe(name, config={"files": [vocabulary_file], "builtin": False} if name == "kg_vocabulary" else {})
    assert nlp("We propose MossNet with Moss Attention (MA) on FernBank.").text


@pytest.mark.parametrize("name", COMPONENTS)
def test_a_component_can_be_left_out(nlp: Language, name: str) -> None:
    with nlp.select_pipes(disable=name):
        for made, found in extract(nlp, PAPERS[:6]):
            check(made, found)


def test_the_vocabulary_component_alone_finds_its_terms(vocabulary_file: str) -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe("kg_vocabulary", config={"files": [vocabulary_file], "builtin": False})
    assert [surface.slug for surface in nlp("Moss Attention on FernBank.")._.kg_surfaces] == [
        "moss-attention",
        "fernbank",
    ]


def test_spans_stand_on_the_tokens_of_the_doc(nlp: Language) -> None:
    doc = nlp("MossNet uses Moss Attention.")
    assert [(span.text, span.label_, span.kb_id_) for span in doc.spans["kg"]][-1] == (
        "Moss Attention",
        "Method",
        "moss-attention",
    )


def test_a_pipeline_can_be_written_and_read(nlp: Language, tmp_path: Path) -> None:
    nlp.to_disk(tmp_path / "pipeline")
    again = spacy.load(tmp_path / "pipeline")
    assert list(extract(again, PAPERS[:6])) == list(extract(nlp, PAPERS[:6]))


def test_offsets_of_a_record_count_in_title_and_abstract_together(nlp: Language) -> None:
    [(made, found)] = extract(nlp, [paper("On moss", "We like Lantern.")])
    [entity] = record(made, found)["entities"]
    [mention] = entity["mentions"]
    assert made.text[mention["start"] : mention["end"]] == mention["text"] == "Lantern"


def test_the_version_tells_vocabularies_apart(vocabulary_file: str) -> None:
    assert version("a") != version("b")


def test_the_built_in_vocabulary_is_read_with_the_files_given(vocabulary_file: str) -> None:
    [(_, found)] = extract(
        load(vocabulary=[vocabulary_file]), [paper("On moss", "Moss Attention in a convolutional neural network.")]
    )
    assert sorted(entity.known for entity in found.entities) == [True, True]
