"""Pages of papers, saved as text and as HTML."""

from __future__ import annotations

import html
import json
from pathlib import Path

import pytest
from helpers_sources import papers_of

from kg.sources import read
from kg.sources.daily_papers import is_furniture, is_prose

ONE = (
    "Growing Trees from Seeds",
    "Trees grow slowly from seeds in dry soil. We show that water helps, and by how much. " * 4,
)
TWO = (
    "Does Water Help? A Study of 12 Gardens",
    "Gardens differ in many ways. We measure twelve of them over a year. " * 5,
)
PAIRS = [(title, abstract.strip()) for title, abstract in (ONE, TWO)]


def page(*lines: str, gap: str = "\n") -> str:
    return gap.join(lines) + "\n"


def texts(data: str) -> list[tuple[str, str]]:
    return [(paper.title, paper.abstract) for paper in papers_of(data)[0]]


def body() -> list[str]:
    return [line for pair in PAIRS for line in pair]


def test_the_five_shared_pages_hold_exactly_the_gold_papers(shared: Path) -> None:
    gold = [json.loads(line) for line in (shared / "gold/dev.jsonl").read_text("utf-8").splitlines()]
    problems: list[object] = []
    found = read([str(path) for path in sorted((shared / "corpus").glob("daily-papers-*.txt"))], problems.append)
    assert {(p.title, p.abstract) for p in found} == {(r["title"], r["abstract"]) for r in gold}
    assert problems == []


@pytest.mark.parametrize("gap", ["\n", "\n\n", "\r\n", "\r\n\r\n", "\n \n\n"])
def test_papers_are_found_with_any_blank_lines_and_line_ends(gap: str) -> None:
    assert texts(page("new", "Subscribe", "byJD and the research community", "Sep 3", *body(), gap=gap)) == PAIRS


def test_a_label_that_runs_into_the_first_title_is_cut_off() -> None:
    head = ["Get trending papers in your email inbox once a day!", f"Subscribe{PAIRS[0][0]}"]
    assert texts(page(*head, *body()[1:])) == PAIRS


def test_a_title_that_begins_like_a_label_is_kept_where_the_label_stands_alone() -> None:
    lines = ["Get trending papers in your email inbox!", "Subscribe", "SubscribeNet: Learning What Readers Want"]
    assert texts(page(*lines, PAIRS[0][1]))[0][0] == "SubscribeNet: Learning What Readers Want"


def test_furniture_between_the_papers_is_none_of_them() -> None:
    noise = [
        "1.2k",
        "·",
        "Upvote",
        "37",
        "Submitted by",
        "jdoe",
        "12 authors",
        "Published on Aug 25, 2025",
        "GitHub 12k",
        "arXiv Page",
    ]
    lines = [*noise, *PAIRS[0], *noise, *PAIRS[1], *noise, "Previous", "Next", "Sign Up", "© 2031 Some Company"]
    assert texts(page("Daily Papers", *lines)) == PAIRS


@pytest.mark.parametrize(
    "line",
    [
        "Aug 25",
        "25 August 2031",
        "2031-08-25",
        "Mon, Jan 6",
        "Week 32",
        "3 days ago",
        "45",
        "12,345",
        "1.2k",
        "—",
        "Sign Up",
        "Log In",
        "Previous",
        "Next",
        "Previous Next",
        "Daily Papers",
        "byXY and the research community",
        "3 authors",
        "2 comments",
        "Get trending papers in your email inbox!",
        "Join the discussion on this paper page",
        "Submitted by jdoe",
        "https://x.org/a",
    ],
)
def test_furniture_is_known_by_its_form(line: str) -> None:
    assert is_furniture(line)


@pytest.mark.parametrize(
    "title",
    [
        "Trending Now: Forecasting What People Read",
        "Date Palms",
        "May the Source Be with You",
        "100 Days of Rain",
        "New Roots",
        "Search as Learning",
        "By Their Roots: Trees and Time",
        "Sign Language Translation without Glosses",
        "Light Fields",
        "Join Ordering with Trees",
        "Get Up and Grow",
        "Models All the Way Down",
        "A Year of Rain",
    ],
)
def test_a_title_that_shares_words_with_furniture_is_a_title(title: str) -> None:
    assert not is_furniture(title)
    assert not is_prose(title)


def test_a_short_abstract_of_sentences_is_an_abstract() -> None:
    short = "We grow trees in dry soil and show that water helps them. All seeds are released."
    assert texts(page("Subscribe", "Aug 2", "Wet Trees", short)) == [("Wet Trees", short)]


def test_a_title_without_abstract_is_reported_and_the_next_paper_is_read() -> None:
    papers, problems = papers_of(page("Subscribe", "Aug 2", *PAIRS[0], "A Title That Nothing Follows Here", *PAIRS[1]))
    assert [(p.title, p.abstract) for p in papers] == PAIRS
    assert [problem.position for problem in problems] == [5]


def test_a_title_that_is_a_sentence_is_a_title_where_one_has_to_stand() -> None:
    title = "Small gardens show that dry trees can ignore the rain, but that larger and older ones cannot."
    assert is_prose(title)
    assert texts(page("Subscribe", "Aug 2", *PAIRS[0], title, PAIRS[1][1])) == [PAIRS[0], (title, PAIRS[1][1])]


def test_a_second_paragraph_belongs_to_its_abstract() -> None:
    more = "All seeds are free. All tools are free as well, and so are the gardens. We hope that they grow on."
    assert texts(page("Subscribe", "Aug 2", *PAIRS[0], more, *PAIRS[1]))[0][1] == f"{PAIRS[0][1]}\n{more}"


def test_a_page_without_papers_is_one_problem() -> None:
    papers, problems = papers_of(
        page("Daily Papers", "byJD and the research community", "Subscribe", "Aug 25", "45", "Next")
    )
    assert papers == []
    assert ["a page without papers" in problem.reason for problem in problems] == [True]


def test_text_of_a_page_is_not_altered() -> None:
    title, abstract = r"On $P^2$ and {BERT} \emph{roots}", r"We  study \alpha\tab and 50\% of it -- at length. " * 8
    assert texts(page("Subscribe", "Aug 2", title, abstract)) == [(title, abstract.strip())]


def island(*papers: dict[str, object]) -> str:
    data = html.escape(json.dumps({"dailyPapers": [{"paper": paper, "title": paper["title"]} for paper in papers]}))
    return f'<div class="SVELTE_HYDRATER contents" data-target="DailyPapers" data-props="{data}"></div>'


def test_the_data_of_a_saved_page_gives_papers_with_authors_and_date() -> None:
    paper = {
        "id": "3101.00001",
        "title": 'Trees &\n "Roots"',
        "summary": "We grow\ntrees.",
        "publishedAt": "2031-01-02T03:04:05.000Z",
        "authors": [{"name": "Jane Doe", "hidden": False}, {"name": "Ann Onym", "hidden": True}],
    }
    (found,), problems = papers_of(f"<!doctype html><html><body>{island(paper)}</body></html>")
    assert problems == []
    assert (found.title, found.abstract, found.issued) == ('Trees & "Roots"', "We grow trees.", "2031-01-02")
    assert found.identifiers == ("arxiv:3101.00001",)
    assert [author.name for author in found.authors] == ["Jane Doe"]


def test_articles_are_read_where_a_page_has_no_data_and_links_to_other_things_are_passed_over() -> None:
    abstract = "We grow trees in many gardens and find that water helps them to grow."
    article = f'<article><p>37</p><h3><a href="/papers/3101.00002">Wet <b>Trees</b></a></h3><p>{abstract}</p></article>'
    other = (
        '<article><h3><a href="/papers/trending">Trending</a></h3></article><a href="/papers/3101.00003">3 comments</a>'
    )
    papers, problems = papers_of(f"<!-- saved from url=(0001)x --><html><body>{article}{other}</body></html>")
    assert [(p.title, p.abstract, p.identifiers) for p in papers] == [("Wet Trees", abstract, ("arxiv:3101.00002",))]
    assert problems == []


def test_a_paper_that_is_both_article_and_data_is_read_once() -> None:
    article = '<article><h3><a href="https://huggingface.co/papers/3101.00001">Trees</a></h3></article>'
    papers, _ = papers_of(f"<html>{island({'id': '3101.00001', 'title': 'Trees', 'summary': 'Long.'})}{article}</html>")
    assert [(p.title, p.abstract) for p in papers] == [("Trees", "Long.")]


def test_an_html_page_without_papers_is_one_problem() -> None:
    papers, problems = papers_of("<html><body><p>Sign in to go on.</p></body></html>")
    assert (papers, [str(p) for p in problems]) == ([], ["-: a page without papers"])
