"""BibTeX, RIS, tables and feeds."""

from __future__ import annotations

import pytest
from helpers_sources import papers_of

BIB = r"""
% exported by hand
@string{venue = "Proc. of " # "TREES"}
@comment{jabref-meta: x}
@inproceedings{doe-2019,
  title = "{BERT}: Growing of {D}eep " # "Trees in Z{\"u}rich",
  author = "Doe, Jane and Richard Roe and {Tree Team} and others",
  booktitle = venue, month = jun # "~2", year = 2019,
  url = "https://www.aclweb.org/anthology/N19-1423", doi = {10.18653/v1/N19-1423},
  abstract = {50\% of $x^2$ -- na{\"\i}ve \emph{but
     true}.},
}
@article{notitle, year = 2000}
@article{broken, title = {abc
  year = 2001
}
@article{next, title={Next}, journal={arXiv preprint arXiv:2106.09685}, year={2021}}
@misc{e1, title={E}, eprint={2106.09686}, archivePrefix={arXiv}}@misc{e2, title={F}}
@inproceedings{h, title={H}, crossref={vol}}
@proceedings{vol, title={The Volume}, year=1999}
"""


def test_bibtex_gives_strings_names_dates_and_identifiers() -> None:
    paper = papers_of(BIB)[0][0]
    assert (paper.title, paper.abstract) == (
        "BERT: Growing of Deep Trees in Zürich",
        "50% of x² \u2013 naïve but true.",
    )
    assert [author.name for author in paper.authors] == ["Jane Doe", "Richard Roe", "Tree Team"]
    assert (paper.venue, paper.issued, paper.id) == ("Proc. of TREES", "2019-06", "doe-2019")
    assert paper.identifiers == ("acl:N19-1423", "doi:10.18653/v1/n19-1423")


def test_a_bibtex_entry_that_cannot_be_read_is_named_with_line_and_key_and_the_next_is_read() -> None:
    papers, problems = papers_of(BIB)
    assert [paper.id for paper in papers] == ["doe-2019", "next", "e1", "e2", "h"]
    assert [(p.position, p.reason.split(":")[0]) for p in problems] == [(13, "notitle"), (14, "broken")]


def test_a_bibtex_entry_takes_year_and_volume_from_its_crossref() -> None:
    paper = papers_of(BIB)[0][-1]
    assert (paper.issued, paper.venue) == ("1999", "The Volume")


def test_arxiv_ids_of_a_bibliography_are_found_in_eprint_and_journal() -> None:
    found = {paper.id: paper.identifiers for paper in papers_of(BIB)[0]}
    assert (found["next"], found["e1"]) == (("arxiv:2106.09685",), ("arxiv:2106.09686",))


def test_a_crossref_that_is_missing_is_reported_and_the_entry_kept() -> None:
    papers, problems = papers_of("@inproceedings{a, title={A}, crossref={nowhere}}\n")
    assert ([p.title for p in papers], len(problems)) == (["A"], 1)


RIS = (
    "TY  - JOUR\r\nTI  - On Trees\r\nAB  - We grow.\r\nAU  - Doe, Jane\r\nAU  - Roe, R.\r\n"
    "PY  - 2020/05/06/\r\nDO  - 10.1234/X\r\nER  - \r\n"
)


def test_ris_gives_its_records_and_reports_one_without_title() -> None:
    papers, problems = papers_of(RIS + "TY  - JOUR\nAB  - no title\nER  - \n")
    assert [(p.title, p.abstract, p.identifiers, p.issued) for p in papers] == [
        ("On Trees", "We grow.", ("doi:10.1234/x",), "2020-05-06")
    ]
    assert ([a.name for a in papers[0].authors], [p.position for p in problems]) == (["Jane Doe", "R. Roe"], [9])


ZOTERO = (
    '\ufeff"Key","Publication Year","Author","Title","Publication Title","DOI","Url","Abstract Note","Date"\r\n'
    '"AB12","2020","Doe, Jane; Roe, Richard","On Trees, Mostly","J. Trees","10.1234/X",'
    '"https://x.org","We\r\ngrow ""trees"".","2020-05"\r\n'
)


def test_zotero_csv_gives_its_fields_and_quoted_line_breaks() -> None:
    (paper,), problems = papers_of(ZOTERO)
    assert problems == []
    assert (paper.title, paper.abstract) == ("On Trees, Mostly", 'We\r\ngrow "trees".')
    assert (paper.id, paper.issued, paper.venue, paper.identifiers) == (
        "AB12",
        "2020-05",
        "J. Trees",
        ("doi:10.1234/x",),
    )
    assert [author.name for author in paper.authors] == ["Jane Doe", "Richard Roe"]


@pytest.mark.parametrize(("delimiter", "name"), [(",", "csv"), (";", "csv"), ("\t", "tsv")])
def test_the_delimiter_is_seen_in_the_header(delimiter: str, name: str) -> None:
    (paper,), _ = papers_of(delimiter.join(["title", "abstract"]) + "\n" + delimiter.join(["A", "B"]) + "\n")
    assert (paper.title, paper.abstract, paper.origin.format, paper.origin.position) == ("A", "B", name, 2)


def test_rows_with_too_many_cells_or_an_unclosed_quote_cost_themselves() -> None:
    papers, problems = papers_of('title,abstract\nA,a\nB,b,rest\n"C","c\nD,d\nE,e\n')
    assert ([p.title for p in papers], [p.position for p in problems]) == (["A", "D", "E"], [3, 4])


ENTRY = """<entry><id>http://arxiv.org/abs/3106.0968{n}v2</id><published>2031-06-17T17:37:18Z</published>
<title>Trees:\n  of $P^2$</title><summary>\n  We grow\ntrees by M\\"uller.\n</summary>
<author><name>Jane Doe</name></author><author><name>Richard Roe</name></author>
<arxiv:doi xmlns:arxiv="http://arxiv.org/schemas/atom">10.1234/X{n}</arxiv:doi>
<link href="http://arxiv.org/abs/3106.0968{n}v2" rel="alternate"/></entry>
"""
FEED = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom"><title>query</title>\n{}</feed>'
)


def feed(count: int) -> str:
    return FEED.format("".join(ENTRY.replace("{n}", str(n)) for n in range(count)))


def test_a_feed_of_arxiv_gives_readable_text_identifiers_and_date() -> None:
    papers, problems = papers_of(feed(2))
    assert (len(papers), problems) == (2, [])
    assert (papers[0].title, papers[0].abstract) == ("Trees: of P²", "We grow trees by Müller.")
    assert (papers[1].identifiers, papers[1].issued) == (("arxiv:3106.09681", "doi:10.1234/x1"), "2031-06-17")
    assert [author.name for author in papers[0].authors] == ["Jane Doe", "Richard Roe"]


def test_a_feed_that_is_cut_gives_the_entries_before_the_cut() -> None:
    papers, problems = papers_of(feed(3)[:-100])
    assert (len(papers), len(problems)) == (2, 1)


BOMB = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 10))


@pytest.mark.parametrize(
    "doctype",
    [
        f'<!DOCTYPE feed [<!ENTITY l0 "lol">{BOMB}]>',
        '<!DOCTYPE feed [<!ENTITY l9 SYSTEM "file:///etc/hostname">]>',
        '<!DOCTYPE feed SYSTEM "http://127.0.0.1:9/x.dtd">',
    ],
)
def test_xml_with_entities_of_its_own_is_refused(doctype: str) -> None:
    papers, problems = papers_of(feed(1).replace("<feed", doctype + "<feed").replace("Trees:", "&l9;"))
    assert (papers, [p.reason.split(":")[0] for p in problems]) == ([], ["refused"])


def test_rss_of_arxiv_gives_the_abstract_without_its_announcement() -> None:
    item = (
        "<item><title>On Trees</title><link>https://arxiv.org/abs/3101.00001</link>"
        "<description>arXiv:3101.00001v1 Announce Type: "
        "new \nAbstract: We extend arXiv:3011.11111.</description></item>"
    )
    (paper,), _ = papers_of(f'<rss version="2.0"><channel><title>cs.CL</title>{item}</channel></rss>')
    assert (paper.abstract, paper.identifiers) == ("We extend arXiv:3011.11111.", ("arxiv:3101.00001",))
