"""Fifty arXiv records as a stranger has them: line breaks in titles, LaTeX, versions, odd dates, missing fields."""

from __future__ import annotations

import json
from pathlib import Path

METHODS = (
    ("LoRA", "low-rank updates"), ("dropout", "random silence of units"), ("knowledge distillation", "a small student"),
    ("contrastive learning", "pairs that belong together"), ("batch normalization", "statistics of the batch"),
    ("reinforcement learning", "rewards from a simulator"), ("beam search", "a few open hypotheses"),
    ("quantization", "four bits a weight"), ("diffusion models", "noise taken away step by step"),
    ("graph neural networks", "messages along edges"),
)  # fmt: skip
TASKS = (
    ("machine translation", "BLEU", "WMT14"), ("question answering", "F1 score", "SQuAD"),
    ("image classification", "accuracy", "ImageNet"), ("speech recognition", "word error rate", "LibriSpeech"),
    ("summarization", "ROUGE", "CNN/Daily Mail"),
)  # fmt: skip


def records() -> list[dict[str, object]]:
    """The records, with the keys of the arXiv metadata dump."""
    found: list[dict[str, object]] = []
    for m, (method, gloss) in enumerate(METHODS):
        for t, (task, metric, data) in enumerate(TASKS):
            number = m * len(TASKS) + t
            record: dict[str, object] = {
                "id": f"21{1 + m:02}.{10000 + number}",
                "submitter": "A. Stranger",
                "authors": f'A. Stranger and Zo\\"e M{number}ller' if t else "Stranger, A.; Q\\'ian, Li",
                "title": f"Revisiting {method} for\n  {task}: a view in ${number}$ dimensions",
                "abstract": f"  We revisit {method}, that is {gloss}, for {task}.\nOn {data} the {metric} rises by "
                f"{t}.{m}\\% over a plain Transformer, and \\emph{{none}} of the cost does.\n",
                "categories": "cs.LG cs.CL",
                "update_date": f"2021-{1 + m:02}-{10 + t}",
                "journal-ref": None,
                "doi": f"10.5555/STRANGER.{number}" if t == 2 else None,
            }
            if t == 3:
                del record["doi"], record["categories"]
            if t == 4:
                record |= {"id": f"{record['id']}v2", "comments": "10 pages, \u201cworkshop\u201d, 3 figures 🌱"}
            found.append(record)
    return found


def write(path: Path) -> str:
    """Writes the records as JSON Lines with blank lines and Windows line ends; returns the path."""
    path.write_bytes(b"\r\n\r\n".join(json.dumps(r).encode() for r in records()) + b"\r\n")
    return str(path)
