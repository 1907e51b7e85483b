"""Commands that read a graph: formats, filters, where the graph is named, what is said and what is not."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from helpers_cli import Command
from helpers_papers import write_lines

from kg.iri import concept_slug, slugify

READING = {
    "stats": ["stats"],
    "search": ["search", "low rank"],
    "show an entity": ["show", "LoRA"],
    "show a paper": ["show", "2106.09685"],
    "analyze clusters": ["analyze", "clusters"],
    "analyze bridges": ["analyze", "bridges", "--resolution", "1.5"],
    "analyze central": ["analyze", "central"],
    "analyze links": ["analyze", "links", "--min-papers", "2", "--by", "adamic-adar"],
    "analyze backtest": ["analyze", "backtest", "--min-papers", "1"],
    "vocab list": ["vocab", "list", "--type", "Metric"],
    "vocab show": ["vocab", "show", "LoRA"],
}


@pytest.fixture(params=READING.values(), ids=list(READING))
def reading(request: pytest.FixtureRequest, demo_graph: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setenv("KG_GRAPH", str(demo_graph))
    arguments: list[str] = request.param
    return arguments


def test_every_format_holds_the_same_rows(kg: Command, reading: list[str]) -> None:
    piped = kg(*reading)
    assert piped.code == 0
    assert piped.err == ""
    rows = piped.rows
    assert rows
    assert kg(*reading, "--format", "jsonl").out == piped.out
    assert json.loads(kg(*reading, "--format", "json").out) == rows
    for form, dialect in (("csv", "excel"), ("tsv", "excel-tab")):
        cells = list(csv.DictReader(io.StringIO(kg(*reading, "--format", form).out, newline=""), dialect=dialect))
        assert len(cells) == len(rows)
        assert set(cells[0]) >= set(rows[0])


def test_a_table_is_for_people(kg: Command, reading: list[str]) -> None:
    ran = kg(*reading, "--format", "table")
    assert ran.code == 0
    assert not ran.out.startswith(("{", "["))
    assert max(map(len, ran.out.splitlines())) <= 120
    assert "\x1b" not in ran.out


def test_the_graph_is_named_before_or_after_the_command_or_by_the_environment(
    kg: Command, demo_graph: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    after = kg("search", "LoRA", "-g", demo_graph)
    assert after.code == 0
    assert kg("-g", str(demo_graph), "search", "LoRA") == after
    assert kg("search", "--graph", demo_graph, "LoRA") == after
    monkeypatch.setenv("KG_GRAPH", str(demo_graph))
    assert kg("search", "LoRA") == after
    assert kg("search", "LoRA", "-g", "elsewhere").message.startswith("elsewhere: no graph there")


def test_without_a_name_it_is_kg_graph_in_the_current_folder(kg: Command, demo_graph: Path, tmp_path: Path) -> None:
    assert kg("stats").message == "kg-graph: no graph there; make one with `kg build SOURCE…` or `kg demo`"
    (tmp_path / "kg-graph").symlink_to(demo_graph)
    assert kg("stats").code == 0


@pytest.mark.parametrize("place", ["before", "after"])
def test_verbose_tells_which_build_is_read_and_quiet_says_nothing(kg: Command, demo_graph: Path, place: str) -> None:
    def asked(flag: str) -> str:
        arguments = ["-g", str(demo_graph), "search", "xyzzy"]
        return kg(*([flag, *arguments] if place == "before" else [*arguments, flag])).err

    assert "generation 1, built " in asked("-v")
    assert asked("--quiet") == ""


def test_what_finds_nothing_says_so_beside_the_output(kg: Command, demo_graph: Path) -> None:
    ran = kg("search", "xyzzy", "-g", demo_graph)
    assert (ran.code, ran.out) == (0, "")
    assert ran.err == f"nothing in {demo_graph} holds “xyzzy”\n"
    assert json.loads(kg("search", "xyzzy", "-g", demo_graph, "--format", "json").out) == []


def test_filters_narrow_the_counts(kg: Command, demo_graph: Path) -> None:
    def stats(*filters: str) -> dict[str, object]:
        (row,) = kg("stats", "-g", str(demo_graph), *filters).rows
        return row

    whole, late, early = stats(), stats("--since", "2021"), stats("--until", "2020")
    assert late["papers"] + early["papers"] == whole["papers_with_date"]  # type: ignore[operator]
    assert [year for year, _ in late["years"]] == [y for y, _ in whole["years"] if y >= 2021]  # type: ignore[attr-defined]
    assert late["mentions"] < whole["mentions"]  # type: ignore[operator]
    metrics = stats("--type", "Metric")
    assert [kind for kind, entities, _ in metrics["types"] if entities] == ["Metric"]  # type: ignore[attr-defined]
    both = stats("--type", "Metric", "--type", "Task")
    assert both["entities"] > metrics["entities"]  # type: ignore[operator]
    assert stats("--min-confidence", "0.9")["mentions"] < whole["mentions"]  # type: ignore[operator]
    assert stats("--source", "jsonl") == whole
    assert stats("--since", "2100")["papers"] == 0


def test_a_source_that_is_not_there_is_told_with_those_that_are(kg: Command, demo_graph: Path) -> None:
    ran = kg("stats", "-g", demo_graph, "--source", "bibtex")
    assert ran.code == 2
    assert ran.message == "no source “bibtex” in this graph; formats in it: jsonl"


def test_a_search_keeps_to_the_filters(kg: Command, demo_graph: Path) -> None:
    every = kg("search", "attention", "-g", demo_graph, "--limit", "500").rows
    methods = kg("search", "attention", "-g", demo_graph, "--limit", "500", "--type", "Method").rows
    assert {h["iri"] for h in methods} < {h["iri"] for h in every}
    assert all(h["detail"].startswith("Method") for h in methods if h["kind"] == "entity")
    old = kg("search", "attention", "-g", demo_graph, "--limit", "500", "--until", "2019").rows
    assert [h["iri"] for h in old if h["kind"] == "paper"] == [
        h["iri"] for h in every if h["kind"] == "paper" and h["detail"] and h["detail"] < "2020"
    ]
    assert len(kg("search", "attention", "-g", demo_graph, "--until", "2019", "--limit", "2").rows) == 2


def test_a_search_puts_the_entity_of_that_name_first(kg: Command, demo_graph: Path) -> None:
    first = kg("search", "LoRA", "-g", demo_graph).rows[0]
    assert (first["kind"], first["label"]) == ("entity", "LoRA")
    assert kg("search", "lora adapter", "-g", demo_graph).rows[0]["label"] == "LoRA"
    assert "paper" in {h["kind"] for h in kg("search", "attention is all", "-g", demo_graph).rows}


@pytest.mark.parametrize("name", ["LoRA", "lora adapter", "lora", "https://w3id.org/kg-papers/concept/lora"], ids=str)
def test_an_entity_is_shown_by_any_of_its_names(kg: Command, demo_graph: Path, name: str) -> None:
    (row,) = kg("show", name, "-g", demo_graph).rows
    assert row["iri"] == "https://w3id.org/kg-papers/concept/lora"
    assert row["papers"] == sum(count for _, count in row["roles"])
    for proof in row["evidence"]:
        assert proof["sentence"][proof["start"] : proof["end"]].casefold().startswith(("lo", "low"))


@pytest.mark.parametrize(
    "name",
    ["2106.09685", "arXiv:2106.09685v2", "https://arxiv.org/abs/2106.09685", "10.48550/arXiv.2106.09685",
     "https://w3id.org/kg-papers/paper/arxiv/2106.09685", "lora: low-rank adaptation of large language models"],
    ids=str,
)  # fmt: skip
def test_a_paper_is_shown_by_any_of_its_names(kg: Command, demo_graph: Path, name: str) -> None:
    (row,) = kg("show", name, "-g", demo_graph).rows
    assert row["title"] == "LoRA: Low-Rank Adaptation of Large Language Models"
    assert "LoRA" in [e["label"] for e in row["entities"]]


def test_a_doi_leads_to_its_paper(kg: Command, tmp_path: Path, small: tuple[str, ...]) -> None:
    (tmp_path / "one.bib").write_text("@article{a, title={Ferns in the Dark}, doi={10.1234/FERN.5}}")
    assert kg("build", "one.bib", *small).code == 0
    for name in ("10.1234/fern.5", "https://doi.org/10.1234/fern.5", "doi:10.1234/FERN.5"):
        assert kg("show", name).rows[0]["title"] == "Ferns in the Dark"


def test_no_candidate_bears_a_name_that_the_vocabulary_gives_to_another(kg: Command, demo_graph: Path) -> None:
    # A homonym's name may also be that of something else, where none of its cues is near.
    entries = [entry for entry in kg("vocab", "list").rows if not entry["cues"]]
    named = {slugify(name): c["label"] for c in entries for name in (c["label"], *c["aliases"])}
    rows = kg("query", "-g", demo_graph, "SELECT ?e { ?e a kg:Candidate }").rows
    slugs = {concept_slug(row["e"]) for row in rows}
    assert {slug: named[slug] for slug in sorted(slugs & set(named))} == {}


def test_words_of_a_name_need_no_quotes(kg: Command, demo_graph: Path) -> None:
    assert kg("show", "LoRA", "adapter", "-g", demo_graph).rows[0]["label"] == "LoRA"


def test_a_near_miss_suggests(kg: Command, demo_graph: Path) -> None:
    for command in (["show", "Transfomer"], ["view", "--focus", "Transfomer"]):
        ran = kg(*command, "-g", demo_graph)
        assert ran.code == 2
        assert ran.out == ""
        assert "“Transfomer”" in ran.message
        assert "did you mean “Transformer”" in ran.message
    assert "kg search" in kg("show", "xyzzy", "-g", demo_graph).message


def test_the_mention_is_marked_where_there_is_no_colour(kg: Command, demo_graph: Path) -> None:
    assert "[LoRA]" in kg("show", "LoRA", "-g", demo_graph, "--format", "table").out


def test_the_limit_shortens_the_lists_and_says_so(kg: Command, demo_graph: Path) -> None:
    (row,) = kg("show", "Transformer", "-g", demo_graph, "--limit", "2").rows
    assert [len(row[name]) for name in ("listed", "cooccurring", "evidence")] == [2, 2, 2]
    shown = kg("show", "Transformer", "-g", demo_graph, "--limit", "2", "--format", "table").out
    assert f"and {row['papers'] - 2} more" in shown


def test_a_view_of_nothing_is_refused(kg: Command, demo_graph: Path, tmp_path: Path) -> None:
    ran = kg("view", "-g", demo_graph, "--since", "2100", "-o", "x.html")
    assert ran.code == 2
    assert ran.message.startswith("nothing passes these filters")
    assert not (tmp_path / "x.html").exists()


def test_a_view_goes_to_exports_unless_told(kg: Command, demo_graph: Path, tmp_path: Path) -> None:
    ran = kg("view", "-g", demo_graph, "--focus", "LoRA adapter", "--limit", "9")
    assert ran.code == 0
    assert ran.err.startswith("wrote exports/lora-adapter.html (")
    page = (tmp_path / "exports" / "lora-adapter.html").read_text(encoding="utf-8")
    assert kg("view", "-g", demo_graph, "--focus", "LoRA", "--limit", "9", "-o", "-").out == page


@pytest.mark.parametrize("form", ["turtle", "ntriples", "nquads", "trig", "jsonld", "rdfxml", "graphml", "gexf", "csv"])
def test_an_export_is_the_same_in_a_file_and_on_standard_output(
    kg: Command, tmp_path: Path, small: tuple[str, ...], form: str
) -> None:
    papers = [{"title": f"Lantern and FernBank {n}", "abstract": "Moss Attention <&> ferns."} for n in range(3)]
    assert kg("build", write_lines(tmp_path / "p.jsonl", papers), *small).code == 0
    options = ["--table", "edges"] if form == "csv" else ["--light"] if form in ("turtle", "nquads") else []
    ran = kg("export", "--format", form, *options)
    assert (ran.code, ran.err) == (0, "")
    assert "lantern" in ran.out
    said = kg("export", "--format", form, *options, "-o", "out/file").err
    assert said.startswith("wrote out/file (")
    assert (tmp_path / "out" / "file").read_bytes().decode() == ran.out


def test_csv_without_a_table_is_a_folder_of_tables(kg: Command, demo_graph: Path, tmp_path: Path) -> None:
    ran = kg("export", "-g", demo_graph, "--format", "csv", "-o", "tables")
    assert ran.err.startswith("wrote tables (")
    assert {p.name for p in (tmp_path / "tables").iterdir()} >= {"nodes.csv", "edges.csv", "paper_entity.csv"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--table", "nodes"], "turtle has no table 'nodes'"),
        (["--format", "csv", "--table", "nope"], "csv has no table 'nope'; there are nodes, edges"),
        (["--format", "graphml", "--graphs", "papers"], "graphml holds no RDF graphs"),
        (["-o", "afile/x.ttl"], "afile: is a file, and a folder is needed there"),
        (["--format", "csv", "-o", "afile"], "afile: is a file; name a folder"),
        (["-o", "afolder"], "afolder: is a folder; name a file"),
    ],
)
def test_an_export_that_cannot_be_says_why(
    kg: Command, demo_graph: Path, tmp_path: Path, arguments: list[str], said: str
) -> None:
    (tmp_path / "afile").write_text("mine")
    (tmp_path / "afolder").mkdir()
    ran = kg("export", "-g", demo_graph, *arguments)
    assert ran.code == 2
    assert said in ran.message
    assert (tmp_path / "afile").read_text() == "mine"
    assert list((tmp_path / "afolder").iterdir()) == []


@pytest.mark.parametrize(("place", "said"), [("afile/x.html", "is a file"), ("afolder", "is a folder")])
def test_a_view_that_cannot_be_written_says_why(
    kg: Command, demo_graph: Path, tmp_path: Path, place: str, said: str
) -> None:
    (tmp_path / "afile").write_text("mine")
    (tmp_path / "afolder").mkdir()
    ran = kg("view", "-g", demo_graph, "--limit", "5", "-o", place)
    assert ran.code == 2
    assert said in ran.message
