"""A curator's decisions: read from lines, brought into agreement, followed in what a paper says."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.model import Extraction, Mention, PaperEntity, Relation, Role
from kg.resolve import Decision, Decisions, Term, append_decisions, rank_terms, read_decisions, relink, settle
from kg.resolve.decisions import line_of
from kg.vocabulary import Concept, Vocabulary

KNOWN = Vocabulary(
    [
        Concept("lantern", "Lantern", "Model", not_same_as=("lamp",)),
        Concept("lamp", "Lamp", "Model"),
        Concept("moss", "Moss Attention", "Method"),
    ]
)
PAPER = "https://w3id.org/kg-papers/paper/arxiv/2101.00001"


def at(start: int, surface: str) -> Mention:
    """A mention in an abstract of one long sentence."""
    return Mention("abstract", start, start + len(surface), surface, 0, 500, "model", 0.9)


def named(slug: str, *mentions: Mention, role: Role = "uses", sure: float = 0.5) -> PaperEntity:
    """An entity of a paper; its last mention decided the role."""
    return PaperEntity(
        slug, slug.title(), "Method", slug in KNOWN, role, sure, 0.9, len(mentions) - 1, mentions
    )  # fmt: skip


def settled(*decisions: Decision) -> Decisions:
    """Decisions that all can be followed."""
    made, problems = settle(decisions, KNOWN)
    assert problems == ()
    return made


def file(tmp_path: Path, text: str | bytes) -> Path:
    """A file of decisions."""
    path = tmp_path / "decisions.tsv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_a_file_is_read_line_by_line(tmp_path: Path) -> None:
    text = "\ufeff# a comment\r\n\nmerge\tMoss Net\tmossnet\t\t\tone thing\r\naccept\tfern\tFern Bank\tdataset\n"
    found, problems = read_decisions(file(tmp_path, text))
    assert problems == ()
    assert found == (
        Decision("merge", "moss-net", "mossnet", note="one thing", line=3),
        Decision("accept", "fern", "Fern Bank", "Dataset", line=4),
    )


def test_a_missing_file_holds_no_decision(tmp_path: Path) -> None:
    assert read_decisions(tmp_path / "decisions.tsv") == ((), ())


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("marge\ta\tb", "“marge” is no decision: write accept, merge, reject, split"),
        ("merge a b", "columns parted by tabs"),
        ("merge\t\tb", "names no entity in its second column"),
        ("merge\t…\tb", "names no entity in its second column"),
        ("merge\ta", "merge names no target in its third column"),
        ("merge\ta\tA", "merge of a leads to itself"),
        ("accept\ta\t\tThing", "“Thing” is no type: write Method"),
        ("split\ta\tb", "split needs `surface:TEXT` or `paper:IDENTIFIER` in its fifth column"),
        ("split\ta\tb\t\tpaper:nothing", "“nothing” is no identifier of a paper"),
        ("split\ta\tb\t\tpaper:https://w3id.org/kg-papers/paper/a> <b", "is no identifier of a paper"),
        ("reject\ta\t\t\tsurface:x", "reject takes no place in its fifth column"),
        ("reject\ta\t\t\t\tnote\tmore", "has 7 columns"),
        ("reject\ta\x00b", "holds control characters"),
        ("reject\t" + "a" * 3000, "is longer than 2000 characters"),
    ],
)
def test_a_line_that_is_no_decision_is_reported_with_file_and_line(tmp_path: Path, line: str, reason: str) -> None:
    path = file(tmp_path, f"# first\n{line}\nreject\tfern\n")
    found, problems = read_decisions(path)
    assert [d.entity for d in found] == ["fern"]
    assert [(p.file, p.position) for p in problems] == [(str(path), 2)]
    assert reason in problems[0].reason


def test_bytes_that_are_no_text_are_reported_and_the_rest_is_read(tmp_path: Path) -> None:
    found, problems = read_decisions(file(tmp_path, b"reject\t\xff\nreject\tfern\n"))
    assert ([d.entity for d in found], [p.position for p in problems]) == (["fern"], [1])


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_no_bytes_break_the_reading(data: bytes) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        found, problems = read_decisions(file(Path(folder), data))
    settle(found, KNOWN)
    assert all(p.position for p in problems)


TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=20)


@settings(deadline=None)
@given(
    st.builds(
        Decision,
        kind=st.sampled_from(["merge", "split"]),
        entity=st.sampled_from(["fern", "moss-net"]),
        target=TEXT.map(lambda t: f"x {t}".strip()),
        type=st.sampled_from([None, "Method", "Dataset"]),
        where=TEXT.map(lambda t: f"surface:{' '.join(('s' + t).split())}"),
        note=TEXT,
    )
)
def test_what_is_written_is_read_back(decision: Decision) -> None:
    import tempfile
    from dataclasses import replace

    if decision.kind == "merge":
        decision = replace(decision, where="")
    decision = replace(decision, target=" ".join(decision.target.split()), note=" ".join(decision.note.split()))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "decisions.tsv"
        append_decisions(path, [decision])
        found, problems = read_decisions(path)
        append_decisions(path, [decision])
        again, _ = read_decisions(path)
    assert problems == ()
    assert [replace(d, line=0) for d in found] == [decision]
    assert len(again) == 2


def test_a_line_is_added_behind_a_last_line_without_an_end(tmp_path: Path) -> None:
    path = file(tmp_path, "reject\tfern")
    append_decisions(path, [Decision("reject", "moss")])
    assert path.read_text() == "reject\tfern\nreject\tmoss\n"


def test_the_later_of_two_lines_about_an_entity_counts() -> None:
    made = settled(Decision("merge", "fern", "moss"), Decision("reject", "fern"))
    assert made.became == {"fern": ""}


def test_merges_lead_on_to_their_end() -> None:
    made = settled(Decision("merge", "a", "b"), Decision("merge", "b", "moss"))
    assert made.became == {"a": "moss", "b": "moss"}
    assert made.merged_into() == {"moss": ("a", "b")}
    assert settled(Decision("merge", "a", "b"), Decision("reject", "b")).became == {"a": "", "b": ""}


@pytest.mark.parametrize(
    "decisions",
    [
        [Decision("merge", "lantern", "lamp", line=7)],
        [Decision("merge", "lamp", "lantern", line=7)],
        [Decision("merge", "lamp", "light"), Decision("merge", "lantern", "light", line=7)],
        [Decision("merge", "lantern", "glow"), Decision("merge", "glow", "lamp", line=7)],
    ],
)
def test_a_merge_that_the_vocabulary_forbids_is_not_followed(decisions: list[Decision]) -> None:
    made, problems = settle(decisions, KNOWN, "d.tsv")
    assert len(made.kept) == len(decisions) - 1
    assert [(p.file, p.position) for p in problems] == [("d.tsv", 7)]
    assert "is forbidden: lantern is said not to be lamp" in problems[0].reason


def test_a_merge_that_leads_back_is_not_followed() -> None:
    made, problems = settle([Decision("merge", "a", "b"), Decision("merge", "b", "a", line=2)], KNOWN)
    assert (made.became, [p.position for p in problems]) == ({"a": "b"}, [2])


def test_what_no_decision_is_about_stays_as_it_is() -> None:
    said = Extraction((named("moss", at(0, "moss")),))
    assert relink(said, PAPER, settled(Decision("reject", "fern")), KNOWN) is said


def test_two_entities_of_a_paper_become_one_with_all_mentions_and_the_surer_role() -> None:
    said = Extraction(
        (
            named("moss-net", at(50, "MossNet"), at(90, "MossNet"), role="introduces", sure=0.8),
            named("moss", at(0, "moss"), at(60, "moss"), role="uses", sure=0.6),
            named("fern", at(70, "fern")),
        )
    )
    made = relink(said, PAPER, settled(Decision("merge", "moss-net", "moss")), KNOWN)
    one, other = made.entities
    assert (one.slug, one.name, one.known, one.role, one.role_confidence) == (
        "moss", "Moss Attention", True, "introduces", 0.8,
    )  # fmt: skip
    assert [m.start for m in one.mentions] == [0, 50, 60, 90]
    assert one.mentions[one.evidence].start == 90
    assert other == said.entities[2]


def test_a_rejected_entity_goes_with_its_relations() -> None:
    said = Extraction(
        (named("moss", at(0, "moss")), named("fern", at(10, "fern"))),
        (Relation("moss", "extends", "fern", "abstract", 0, 20, 0.9),),
    )
    made = relink(said, PAPER, settled(Decision("reject", "fern")), KNOWN)
    assert ([e.slug for e in made.entities], made.relations) == (["moss"], ())


def test_relations_follow_and_those_within_one_entity_go() -> None:
    said = Extraction(
        (named("moss", at(0, "m")), named("moss-net", at(10, "n")), named("fern", at(20, "f"))),
        (
            Relation("moss", "extends", "fern", "abstract", 0, 30, 0.4),
            Relation("moss-net", "extends", "fern", "abstract", 5, 30, 0.9),
            Relation("moss-net", "extends", "moss", "abstract", 0, 30, 0.9),
        ),
    )
    made = relink(said, PAPER, settled(Decision("merge", "moss-net", "moss")), KNOWN)
    assert made.relations == (Relation("moss", "extends", "fern", "abstract", 5, 30, 0.9),)


def test_a_form_is_split_off_and_a_relation_follows_the_mention_in_its_sentence() -> None:
    said = Extraction(
        (named("sage", at(0, "SAGE"), at(40, "sage"), role="studies"), named("moss", at(60, "moss"))),
        (Relation("sage", "extends", "moss", "abstract", 30, 70, 0.9),),
    )
    split = settled(Decision("split", "sage", "Sage Herb", "Concept", "surface:sage"))
    herb, moss = (
        next(e for e in relink(said, PAPER, split, KNOWN).entities if e.slug == s) for s in ("sage-herb", "moss")
    )
    assert (herb.name, herb.type, [m.start for m in herb.mentions]) == ("Sage Herb", "Concept", [40])
    assert moss.slug == relink(said, PAPER, split, KNOWN).relations[0].object
    assert relink(said, PAPER, split, KNOWN).relations[0].subject == "sage-herb"


def test_a_split_by_paper_touches_that_paper_alone() -> None:
    said = Extraction((named("sage", at(0, "SAGE")),))
    split = settled(Decision("split", "sage", "moss", where=f"paper:{PAPER}"))
    assert [e.slug for e in relink(said, PAPER, split, KNOWN).entities] == ["moss"]
    assert relink(said, PAPER + "9", split, KNOWN).entities[0].slug == "sage"


ENTITIES = st.lists(
    st.tuples(st.sampled_from(["a", "b", "c", "moss"]), st.integers(0, 5)),
    min_size=1,
    max_size=4,
    unique_by=lambda t: t[0],
)
DECIDED = st.lists(
    st.one_of(
        st.builds(Decision, st.just("merge"), st.sampled_from("abc"), st.sampled_from(["a", "b", "moss", "new"])),
        st.builds(Decision, st.just("reject"), st.sampled_from("abc")),
        st.builds(
            Decision, st.just("split"), st.sampled_from("abc"), st.sampled_from(["moss", "new"]), st.none(),
            st.sampled_from(["surface:x", f"paper:{PAPER}"]),
        ),
        st.builds(Decision, st.just("accept"), st.sampled_from("abc")),
    ),
    max_size=5,
)  # fmt: skip


@settings(deadline=None)
@given(ENTITIES, DECIDED)
def test_no_decision_loses_or_doubles_a_mention_but_those_rejected(
    entities: list[tuple[str, int]], decided: list[Decision]
) -> None:
    said = Extraction(
        tuple(
            named(slug, *(at(100 * i + 10 * k, "xy"[k % 2]) for k in range(count + 1)))
            for i, (slug, count) in enumerate(entities)
        )
    )
    made, _ = settle([d for d in decided if d.into != d.entity], KNOWN)
    now = relink(said, PAPER, made, KNOWN)
    places = [m.start for e in now.entities for m in e.mentions]
    assert len(places) == len(set(places))
    slugs = [e.slug for e in now.entities]
    assert len(slugs) == len(set(slugs))
    assert all(e.mentions[e.evidence] in e.mentions for e in now.entities)
    if not any(d.kind == "reject" for d in decided):
        assert sorted(places) == sorted(m.start for e in said.entities for m in e.mentions)
    # Followed once, there is nothing left to follow but splits of what was split before.
    if not made.splits:
        assert relink(now, PAPER, made, KNOWN).entities == now.entities


def test_terms_in_many_papers_rank_before_one_paper_s_own_name() -> None:
    ranked = rank_terms([Term("own-name", 6, 1), Term("shared-name", 6, 6), Term("name", 1, 1)])
    assert [s.slug for s in ranked][:2] == ["shared-name", "own-name"]


def test_a_weight_multiplies_a_term_s_score() -> None:
    terms = [Term("fern", 5, 2), Term("moss", 5, 2)]
    assert [s.slug for s in rank_terms(terms)] == ["fern", "moss"]
    assert [s.slug for s in rank_terms(terms, {"fern": 0.5})] == ["moss", "fern"]


def test_a_line_says_no_more_than_it_must() -> None:
    assert line_of(Decision("reject", "fern")) == "reject\tfern\n"
