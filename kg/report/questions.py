"""Questions worth asking about two things that no paper mentions together."""

from __future__ import annotations

from collections.abc import Mapping

from kg.model import EntityType

__all__ = ["KINDS", "question", "worth"]

# What can be asked of two things, by their types; ``a`` is of the first type of the pair.
_ASKED: Mapping[tuple[EntityType, EntityType], str] = {
    ("Method", "Task"): "Does {a} help with {b}?",
    ("Method", "Dataset"): "How well does {a} do on {b}?",
    ("Method", "Concept"): "What does {a} change in {b}?",
    ("Method", "Model"): "What does {a} do for {b}?",
    ("Method", "Method"): "What comes of {a} together with {b}?",
    ("Method", "Metric"): "What does {b} say of {a}?",
    ("Model", "Task"): "How good is {a} at {b}?",
    ("Model", "Dataset"): "How well does {a} do on {b}?",
    ("Model", "Concept"): "What does {a} show of {b}?",
    ("Model", "Model"): "How does {a} compare with {b}?",
    ("Model", "Metric"): "How does {a} fare by {b}?",
    ("Task", "Dataset"): "Can {b} serve to test {a}?",
    ("Task", "Concept"): "What part does {b} play in {a}?",
    ("Task", "Task"): "Does what helps {a} help {b} too?",
    ("Task", "Metric"): "Does {b} measure what matters in {a}?",
    ("Dataset", "Concept"): "What does {a} show of {b}?",
    ("Dataset", "Dataset"): "Do results on {a} hold on {b}?",
    ("Dataset", "Metric"): "What does {b} say on {a}?",
    ("Concept", "Concept"): "What has {a} to do with {b}?",
    ("Concept", "Metric"): "Does {b} depend on {a}?",
    ("Metric", "Metric"): "Do {a} and {b} agree?",
}
# What is asked most readily stands first.
KINDS: tuple[tuple[EntityType, EntityType], ...] = tuple(_ASKED)


def question(one: str, one_type: EntityType, other: str, other_type: EntityType) -> str:
    """A question about two things of these types.

    >>> question("Speech Recognition", "Task", "LoRA", "Method")
    'Does LoRA help with Speech Recognition?'
    """
    if (one_type, other_type) in _ASKED:
        return _ASKED[one_type, other_type].format(a=one, b=other)
    return _ASKED[other_type, one_type].format(a=other, b=one)


def worth(one: EntityType, other: EntityType) -> int:
    """How readily one asks about two things of these types; the less the sooner.

    >>> worth("Task", "Method") < worth("Concept", "Concept")
    True
    """
    pair = (one, other) if (one, other) in _ASKED else (other, one)
    return KINDS.index(pair)
