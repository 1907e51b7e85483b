"""One pipeline over a vocabulary of invented names, loaded once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from helpers_papers import paper, write_vocabulary

from kg.extract import extract, load
from kg.model import Extraction, PaperEntity

if TYPE_CHECKING:
    from spacy.language import Language


# Modules are searched for doctests, and two of one name cannot be.
collect_ignore = ["conftest.py"]


@pytest.fixture(scope="session")
def vocabulary_file(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The file of the vocabulary."""
    return write_vocabulary(tmp_path_factory.mktemp("extract") / "names.ttl")


@pytest.fixture(scope="session")
def nlp(vocabulary_file: str) -> Language:
    """The pipeline."""
    return load(vocabulary=[vocabulary_file], builtin=False)


@pytest.fixture(scope="session")
def read(nlp: Language) -> Callable[..., Extraction]:
    """Reads one title and abstract."""

    def read_one(title: str, abstract: str = "") -> Extraction:
        [(_, found)] = extract(nlp, [paper(title, abstract)])
        return found

    return read_one


@pytest.fixture(scope="session")
def entities(read: Callable[..., Extraction]) -> Callable[..., dict[str, PaperEntity]]:
    """Reads one title and abstract; the entities by slug."""

    def read_one(title: str, abstract: str = "") -> dict[str, PaperEntity]:
        return {entity.slug: entity for entity in read(title, abstract).entities}

    return read_one
