"""Corpora with next to nothing in them, or with everything at once: each question still gets a clear answer."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from helpers_cli import Command
from helpers_papers import write_lines

ABSTRACT = "We apply LoRA to question answering and compare with BERT. LoRA needs less memory than full fine-tuning."
NOTHING = "It was a bright day. The ferns grew slowly, and nobody had counted them."
SAME = [{"title": f"Paper {n} of the same", "abstract": ABSTRACT, "date": "2023-05-01"} for n in range(6)]
CORPORA: dict[str, list[dict[str, Any]]] = {
    "one paper": [{"title": "On one thing", "abstract": ABSTRACT, "date": "2024-02-03"}],
    "one paper without a date": [{"title": "On one thing", "abstract": ABSTRACT}],
    "no entities": [{"title": f"A quiet walk, part {n}", "abstract": NOTHING} for n in range(4)],
    "identical papers": SAME,
}
QUESTIONS = {
    "clusters": [], "bridges": [], "gaps": [], "central": [], "links": [], "backtest": [], "trends": [],
    "new": ["--since", "2023"], "path": ["LoRA", "BERT"], "compare": ["LoRA", "BERT"], "resolutions": [],
}  # fmt: skip


def ask_everything(kg: Command, *, named: bool) -> None:
    for question, arguments in QUESTIONS.items():
        for form in ("table", "jsonl", "csv"):
            ran = kg("analyze", question, *arguments, "--format", form)
            if question in ("path", "compare") and not named:
                assert (ran.code, ran.err.count("\n")) == (2, 1)
            elif question == "backtest":
                assert ran.code in (0, 2)
                assert ran.err if ran.code else ran.out
            else:
                assert ran.code == 0, (question, ran.err)
                # An answer, or a line that says why there is none.
                assert ran.out.strip() or len(ran.err.splitlines()) == 1 or "no " in ran.err, question
            assert "Warning" not in ran.err
            assert "fault" not in ran.err


@pytest.mark.parametrize("name", CORPORA)
def test_a_corpus_with_little_in_it_gets_clear_answers(kg: Command, tmp_path: Path, name: str) -> None:
    source = write_lines(tmp_path / "papers.jsonl", CORPORA[name])
    assert kg("build", source, "--profile", "vocabulary", "-q").code == 0
    ask_everything(kg, named=name != "no entities")


@pytest.mark.slow
def test_one_abstract_of_100_000_words_gets_clear_answers(kg: Command, tmp_path: Path) -> None:
    words = [*ABSTRACT.rstrip(".").split(), *NOTHING.rstrip(".").split()]
    choose = random.Random(0)
    sentences = [" ".join(choose.choices(words, k=12)).capitalize() + "." for _ in range(100_000 // 12)]
    source = write_lines(
        tmp_path / "papers.jsonl",
        [{"title": "Everything at once", "abstract": " ".join(sentences), "date": "2024-01-01"}, *SAME],
    )
    assert kg("build", source, "--profile", "vocabulary", "-q").code == 0
    ask_everything(kg, named=True)
