"""Slugs, identifiers and IRIs."""

from __future__ import annotations

import pyoxigraph
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.iri import (
    BASE,
    concept_iri,
    concept_slug,
    extractor_iri,
    mention_iri,
    normal_title,
    normalise_identifier,
    paper_iri,
    slugify,
    statement_iri,
)

IDENTIFIERS = st.sampled_from(
    ["arxiv:2106.09685", "arxiv:1512.03385", "arxiv:cs/9810011", "doi:10.1145/3292500.3330701", "doi:10.1/<b>\u00e9 #?",
     "acl:P17-1157", "acl:2021.acl-long.1"]
)  # fmt: skip


def parses(iri: str) -> bool:
    """Whether a strict parser takes the IRI in N-Quads, and gives it back as it was."""
    line = f"<{iri}> <{iri}> <{iri}> <{iri}> ."
    quads = list(pyoxigraph.parse(line, format=pyoxigraph.RdfFormat.N_QUADS))
    return bool(quads[0].subject == pyoxigraph.NamedNode(iri))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Low-Rank Adaptation", "low rank  adaptation"),
        ("ResNet_50", "ResNet-50"),
        ("naïve Bayes", "Naive Bayes"),
        ("β-VAE", "beta VAE"),
        ("µ-law", "μ-law"),
    ],
)
def test_spellings_of_one_name_have_one_slug(one: str, other: str) -> None:
    assert slugify(one) == slugify(other)


@pytest.mark.parametrize(("one", "other"), [("C++", "C"), ("C#", "C"), ("C++", "C#"), ("Q*", "Q learning")])
def test_names_that_differ_in_a_telling_sign_have_two_slugs(one: str, other: str) -> None:
    assert slugify(one) != slugify(other)


@given(st.text())
def test_a_slug_is_its_own_slug(name: str) -> None:
    assert slugify(slugify(name)) == slugify(name)


@given(st.text())
def test_a_slug_comes_back_from_its_iri(slug: str) -> None:
    assert concept_slug(concept_iri(slug)) == slug


@given(st.text())
def test_the_iri_of_any_slug_is_valid(slug: str) -> None:
    assert parses(concept_iri(slug))


@pytest.mark.parametrize(
    "value",
    [
        "2106.09685v3",
        "arXiv:2106.09685",
        "arxiv: 2106.09685v1",
        "http://arxiv.org/abs/2106.09685v2",
        "https://www.arxiv.org/pdf/2106.09685v2.pdf",
        "https://arxiv.org/html/2106.09685",
        "<https://export.arxiv.org/abs/2106.09685>",
        "10.48550/arXiv.2106.09685",
        "https://doi.org/10.48550/ARXIV.2106.09685",
    ],
)
def test_every_usual_form_of_an_arxiv_identifier_is_one(value: str) -> None:
    bare = value[0].isdigit() and not value.startswith("10.")
    assert normalise_identifier(f"arxiv:{value}" if bare else value) == "arxiv:2106.09685"


@pytest.mark.parametrize(
    "value", ["10.1000/ABC.", "doi:10.1000/abc", "DOI: 10.1000/abc", "http://dx.doi.org/10.1000/aBc"]
)
def test_every_usual_form_of_a_doi_is_one(value: str) -> None:
    assert normalise_identifier(value) == "doi:10.1000/abc"


@pytest.mark.parametrize(
    "value", ["acl:P17-1157", "https://aclanthology.org/P17-1157.pdf", "http://www.aclweb.org/anthology/P17-1157"]
)
def test_every_usual_form_of_an_anthology_identifier_is_one(value: str) -> None:
    assert normalise_identifier(value) == "acl:P17-1157"


@pytest.mark.parametrize("value", ["", "hello", "arxiv:", "doi:11.1/x", "https://example.org/10", "acl:none", "\0"])
def test_what_is_no_identifier_is_none(value: str) -> None:
    assert normalise_identifier(value) is None


@pytest.mark.parametrize("value", ["arxiv:2106.0968512", "arXiv:2106.09685.77"])
def test_a_number_that_is_too_long_is_no_arxiv_identifier(value: str) -> None:
    assert normalise_identifier(value) is None


@given(
    st.sampled_from(["", "arxiv:", "arXiv: ", "https://arxiv.org/abs/", "acl:", "https://aclanthology.org/", "<acl:"]),
    st.from_regex(
        r"\d{4}\.\d{4,5}|[a-z-]{2,6}/\d{7}|[A-Z]\d{2}-\d{4}|\d{4}\.[a-z]{2,5}-[a-z]{2,5}\.\d{1,3}", fullmatch=True
    ),
    st.sampled_from(["", "v2", ".pdf", "/", "?x=1", ">"]),
)
def test_an_identifier_normalised_again_is_the_same(before: str, value: str, after: str) -> None:
    found = normalise_identifier(before + value + after)
    assert found is None or normalise_identifier(found) == found


@given(st.from_regex(r"10\.\d{4,9}/[0-9a-z()/_-]{1,20}", fullmatch=True))
def test_a_usual_doi_normalised_again_is_the_same(value: str) -> None:
    assert normalise_identifier(f"doi:{value}") == f"doi:{value}"


@pytest.mark.parametrize("value", ["10.1000/a%20b", "10.1000/a%2541", "10.1000/%2E", "10.1000/a>."])
def test_an_odd_doi_normalised_again_is_the_same(value: str) -> None:
    found = normalise_identifier(value)
    assert found is None or normalise_identifier(found) == found


@given(st.lists(IDENTIFIERS, max_size=5), st.randoms(use_true_random=False))
def test_the_iri_of_a_paper_does_not_depend_on_the_order_of_its_identifiers(found: list[str], random: object) -> None:
    shuffled = list(found)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert paper_iri(tuple(found), "A Title") == paper_iri(tuple(shuffled), "A Title")


@given(st.lists(IDENTIFIERS, max_size=3), st.text(), st.text())
def test_the_iri_of_any_paper_is_valid(found: list[str], title: str, distinguish: str) -> None:
    assert parses(paper_iri(tuple(found), title, distinguish))


def test_arxiv_names_a_paper_before_doi_and_doi_before_the_anthology() -> None:
    every = ("acl:P17-1157", "arxiv:2106.09685", "doi:10.1/x")
    assert paper_iri(every, "T") == f"{BASE}paper/arxiv/2106.09685"
    assert paper_iri((every[0], every[2]), "T") == f"{BASE}paper/doi/10.1/x"
    assert paper_iri((every[0],), "T") == f"{BASE}paper/acl/P17-1157"


def test_titles_that_differ_in_case_accents_and_signs_alone_name_one_paper() -> None:
    assert paper_iri((), "Über die Rang-Anpassung!") == paper_iri((), "uber die rang anpassung")


def test_what_tells_two_papers_of_one_title_apart_is_part_of_the_name() -> None:
    assert len({paper_iri((), "Same", tell) for tell in ("", "a", "b")}) == 3


@given(st.text())
def test_a_normal_title_is_its_own_normal_title(title: str) -> None:
    assert normal_title(normal_title(title)) == normal_title(title)


@given(st.text(), st.text())
def test_mentions_statements_and_extractors_have_valid_iris(one: str, two: str) -> None:
    assert all(
        map(parses, (mention_iri(one, two, "h", 0, 3), statement_iri(one, two, "uses", one), extractor_iri(two)))
    )


def test_a_mention_elsewhere_has_another_iri() -> None:
    places = [
        ("p", "title", "h", 0, 3),
        ("p", "title", "h", 0, 4),
        ("p", "abstract", "h", 0, 3),
        ("q", "title", "h", 0, 3),
    ]
    assert len({mention_iri(*place) for place in places}) == 4
