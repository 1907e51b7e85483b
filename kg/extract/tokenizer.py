"""A spaCy tokenizer fit for the field: ``Pre-LN``, ``LLaMA-2``, ``W4A8``, ``F1@k``, ``C++`` and ``i.e.`` stay whole."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from spacy.tokenizer import Tokenizer
from spacy.util import registry

if TYPE_CHECKING:
    from spacy.language import Language

__all__ = ["make_tokenizer"]

_OPEN = r"[\(\[\{<\"“”'‘’`$~*¿¡«»#|]"
_CLOSE = r"[\)\]\}>\"“”'‘’`$~*.,;:!?%«»…|]"
_PREFIX = re.compile(rf"^(?:{_OPEN}|\.{{2,}}|[,;:!?%]|--+|—|–)")
_SUFFIX = re.compile(rf"(?:(?<!\.[A-Za-z])(?<!\be\.g)(?<!\bi\.e){_CLOSE}|'s|’s|\.{{2,}}|--+|—|–)$")
_INFIX = re.compile(
    r"--+|—|…|\.{3,}|(?<=[\w)\]])[,;:!?](?=[A-Za-z(\[])|(?<=\w)[()\[\]{}<>=|~\"“”](?=\w)|(?<=[a-z]{2})/(?=[a-z]{2})"
)
_WHOLE = re.compile(
    r"(?:https?|ftp)://\S+[\w/]|www\.\S+[\w/]|[\w.+-]+@[\w-]+\.[\w.]+\w|(?:[A-Za-z]\.){2,}|C\+\+|[ACFJ]#"
)


# Words whose tokens are kept. With spaCy's 10,000 most words of a corpus are cut anew each time.
_CACHE = 1 << 16


@registry.tokenizers("kg.tokenizer.v1")  # type: ignore[untyped-decorator]
def make_tokenizer() -> Callable[[Language], Tokenizer]:
    """The factory that a pipeline's config names as ``[nlp.tokenizer] @tokenizers = "kg.tokenizer.v1"``."""

    def create(nlp: Language) -> Tokenizer:
        return Tokenizer(
            nlp.vocab,
            prefix_search=_PREFIX.search,
            suffix_search=_SUFFIX.search,
            infix_finditer=_INFIX.finditer,
            token_match=_WHOLE.fullmatch,
            max_cache_size=_CACHE,
        )

    return create
