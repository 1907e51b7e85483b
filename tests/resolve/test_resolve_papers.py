"""Which records are one paper, and what it then is called and knows."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from itertools import permutations
from pathlib import Path

import pytest
from helpers_papers import paper
from hypothesis import given
from hypothesis import strategies as st

from kg.model import Author, Paper
from kg.records import Records, record_hash
from kg.resolve import Conflict, identify, merge
from kg.resolve.papers import compatible

TITLE = "Moss Grows On Stones"


def resolved(found: Sequence[Paper]) -> tuple[dict[str, Paper], tuple[Conflict, ...]]:
    """The papers that the records make, by IRI, and the conflicts."""
    with closing(Records(Path(":memory:"))) as records, closing(sqlite3.connect("", isolation_level=None)) as work:
        records.add(found)
        identities = identify(records, work)
        groups: dict[int, list[tuple[str, Paper]]] = {}
        ambiguous: dict[int, bool] = {}
        for row, key, one in records.all():
            root = identities.root.get(row, row)
            groups.setdefault(root, []).append((key, one))
            ambiguous[root] = row in identities.ambiguous
        papers = [merge(group, ambiguous=ambiguous[root]) for root, group in groups.items()]
    assert len({iri for iri, _ in papers}) == len(papers), "two papers have one IRI"
    return dict(papers), identities.conflicts


def count(*found: Paper) -> int:
    """How many papers the records make."""
    return len(resolved(found)[0])


def test_a_shared_identifier_makes_one_paper_of_two_titles() -> None:
    assert count(paper("A Draft", "", "doi:10.1/x"), paper("The Final Version", "", "doi:10.1/x", "acl:P17-1157")) == 1


def test_identifiers_shared_in_a_chain_make_one_paper() -> None:
    chain = (["arxiv:2101.00001"], ["arxiv:2101.00001", "doi:10.1/x"], ["doi:10.1/x", "acl:P17-1157"], ["acl:P17-1157"])
    assert count(*(paper(f"Title {n}", "", *names) for n, names in enumerate(chain))) == 1


def test_records_without_anything_in_common_stay_apart() -> None:
    assert count(paper("Moss Grows On Stones"), paper("Ferns Grow On Trees")) == 2


def test_one_title_of_four_words_makes_one_paper() -> None:
    assert count(paper("Moss Grows On Stones", "a"), paper("moss grows on stones.", "b", "arxiv:2101.00001")) == 1


def test_one_title_of_three_words_makes_no_paper_one() -> None:
    assert count(paper("Moss On Stones", "one text"), paper("Moss on stones", "another text")) == 2


def test_one_short_title_with_one_abstract_makes_one_paper() -> None:
    assert count(paper("Moss", "It grows  on stones."), paper("MOSS", "it grows on\nstones.", "arxiv:2101.00001")) == 1


def test_one_short_title_without_abstracts_makes_no_paper_one() -> None:
    assert count(paper("Editorial", venue="One"), paper("Editorial", venue="Two")) == 2


def test_short_titles_without_letters_stay_apart() -> None:
    assert count(paper("?!", "one"), paper("...", "two"), paper("—")) == 3


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (paper(TITLE, "a", authors=["Ada One"]), paper(TITLE, "b", authors=["Bea Two"])),
        (paper(TITLE, "a", issued="2019-12-31"), paper(TITLE, "b", issued="2022")),
        (paper(TITLE, "a", "arxiv:2101.00001"), paper(TITLE, "b", "arxiv:2101.00002")),
        (paper(TITLE, "a", "acl:P17-1157"), paper(TITLE, "b", "acl:W17-0001")),
    ],
    ids=["first authors", "years", "arxiv identifiers", "anthology identifiers"],
)
def test_what_speaks_against_it_keeps_one_title_apart(one: Paper, other: Paper) -> None:
    papers, conflicts = resolved([one, other])
    assert (len(papers), conflicts) == (2, ())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (paper(TITLE, "a", authors=["Ada One"]), paper(TITLE, "b", authors=["One, A.", "Bea Two"])),
        (paper(TITLE, "a", authors=["Anna van der Berg"]), paper(TITLE, "b", authors=["van der Berg, Anna"])),
        (paper(TITLE, "a", authors=["Jörg Müller Jr."]), paper(TITLE, "b", authors=["J. Muller"])),
        (paper(TITLE, "a", issued="2019"), paper(TITLE, "b", issued="2021-12")),
        (paper(TITLE, "a", "doi:10.1/conference"), paper(TITLE, "b", "doi:10.1/journal")),
        (paper(TITLE, "a", "arxiv:2101.00001"), paper(TITLE, "b", "acl:P17-1157")),
    ],
    ids=["an initial", "a particle", "a suffix and an accent", "two years", "two dois", "two schemes"],
)
def test_what_does_not_speak_against_it_leaves_one_title_one_paper(one: Paper, other: Paper) -> None:
    assert count(one, other) == 1


def test_a_record_that_fits_two_which_do_not_fit_each_other_joins_neither_and_is_listed() -> None:
    between = paper(TITLE, "who knows")
    one, other = paper(TITLE, "a", authors=["Ada One"]), paper(TITLE, "b", authors=["Bea Two"])
    papers, conflicts = resolved([one, between, other])
    assert len(papers) == 3
    assert conflicts == (Conflict(TITLE, tuple(sorted(map(record_hash, (one, between, other))))),)


def test_two_records_that_fit_are_one_paper_beside_a_third_that_fits_neither() -> None:
    one, again = paper(TITLE, "a", authors=["Ada One"]), paper(TITLE, "b", authors=["A. One"])
    papers, conflicts = resolved([one, again, paper(TITLE, "c", authors=["Bea Two"])])
    assert (len(papers), conflicts) == (2, ())


def test_an_identifier_that_a_record_of_another_title_adds_speaks_against_it_too() -> None:
    draft, final = paper(TITLE, "a", "doi:10.1/x"), paper("Another Title", "b", "doi:10.1/x", "arxiv:2101.00001")
    assert count(draft, final, paper(TITLE, "c", "arxiv:2101.00002")) == 2


def test_two_papers_of_one_title_without_identifiers_have_two_names() -> None:
    papers, _ = resolved([paper(TITLE, "a", authors=["Ada One"]), paper(TITLE, "b", authors=["Bea Two"])])
    assert len(papers) == 2


def test_a_paper_keeps_its_name_when_records_of_other_titles_come() -> None:
    [name] = resolved([paper(TITLE, "a")])[0]
    assert name in resolved([paper(TITLE, "a"), paper("Ferns Grow On Trees", "b")])[0]


def test_title_and_abstract_come_from_a_record_that_has_an_abstract() -> None:
    bare = paper(
        "MOSS GROWS ON STONES", "", "doi:10.1/x", "acl:P17-1157", authors=["Ada One"], venue="V", issued="2021"
    )
    [whole] = resolved([bare, paper(TITLE, "It does.")])[0].values()
    assert (whole.title, whole.abstract, whole.venue) == (TITLE, "It does.", "V")


def test_of_two_records_with_an_abstract_the_one_with_more_identifiers_goes_first() -> None:
    poor, rich = paper(TITLE, "A much longer text.", "doi:10.1/x"), paper(TITLE, "Short.", "doi:10.1/x", "acl:P17-1157")
    [whole] = resolved([poor, rich])[0].values()
    assert whole.abstract == "Short."


def test_the_date_is_the_most_precise_and_of_equals_the_earliest() -> None:
    dates = ("2020", "2021-03-02", "2020-12-24", "2020-05")
    [whole] = resolved([paper(TITLE, str(n), issued=date) for n, date in enumerate(dates)])[0].values()
    assert whole.issued == "2020-12-24"


def test_identifiers_are_united() -> None:
    [whole] = resolved([paper(TITLE, "a", "doi:10.1/x"), paper(TITLE, "b", "arxiv:2101.00001")])[0].values()
    assert whole.identifiers == ("arxiv:2101.00001", "doi:10.1/x")


def test_three_records_and_their_permutations_make_the_same_paper() -> None:
    made = [
        paper(TITLE, "Same length a", authors=["Ada One"], issued="2021"),
        paper(TITLE, "Same length b", venue="V", url="https://example.org/b"),
        paper(TITLE.upper(), "Same length c", venue="W", issued="2020-02"),
    ]
    assert len({repr(resolved(order)) for order in permutations(made)}) == 1


RECORDS = st.lists(
    st.builds(
        lambda title, abstract, names, author, year: replace(
            paper(title, abstract, *set(names), issued=year), authors=(Author(author),) if author else ()
        ),
        st.sampled_from([TITLE, TITLE.lower(), "Ferns Grow On Trees", "Moss", ""]),
        st.sampled_from(["", " ", "It grows.", "It does not grow."]),
        st.lists(st.sampled_from(["arxiv:2101.00001", "arxiv:2101.00002", "doi:10.1/x", "doi:10.1/y"]), max_size=2),
        st.sampled_from(["", "Ada One", "Bea Two"]),
        st.sampled_from([None, "2018", "2020", "2021"]),
    ),
    min_size=1,
    max_size=7,
)


@given(RECORDS, st.randoms(use_true_random=False))
def test_the_order_of_the_records_never_counts(found: list[Paper], random: object) -> None:
    shuffled = list(found)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert resolved(found) == resolved(shuffled)


@given(RECORDS)
def test_no_two_papers_share_a_name_or_an_identifier(found: list[Paper]) -> None:
    papers, _ = resolved(found)
    every = [identifier for one in papers.values() for identifier in one.identifiers]
    assert len(every) == len(set(every))


@given(RECORDS)
def test_a_title_alone_never_joins_two_arxiv_identifiers(found: list[Paper]) -> None:
    papers, _ = resolved(
        [replace(one, identifiers=one.identifiers[:1], abstract=str(n)) for n, one in enumerate(found)]
    )
    assert all(sum(i.startswith("arxiv:") for i in one.identifiers) <= 1 for one in papers.values())


@given(RECORDS, RECORDS)
def test_compatibility_is_mutual(left: list[Paper], right: list[Paper]) -> None:
    assert compatible(left[0], right[0]) == compatible(right[0], left[0])
