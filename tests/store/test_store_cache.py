"""Extractions kept between builds."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.model import EntityType as Kind
from kg.model import Extraction, Field, Match, Mention, PaperEntity, Predicate, Relation
from kg.model import Role as RoleName
from kg.store.cache import Cache, decode, encode

TEXT, NUMBER = st.text(max_size=12), st.integers(0, 10**6)
SHARE = st.floats(0, 1).map(lambda x: round(x, 2))


def one_of(kind: object) -> st.SearchStrategy[str]:
    """Any of the values of a Literal type."""
    return st.sampled_from(get_args(kind))


MENTIONS = st.builds(Mention, one_of(Field), NUMBER, NUMBER, TEXT, NUMBER, NUMBER, one_of(Match), SHARE)
ENTITIES = st.builds(
    PaperEntity, TEXT, TEXT, one_of(Kind), st.booleans(), one_of(RoleName), SHARE, SHARE, NUMBER,
    st.lists(MENTIONS, max_size=3).map(tuple),
)  # fmt: skip
RELATIONS = st.builds(Relation, TEXT, one_of(Predicate), TEXT, one_of(Field), NUMBER, NUMBER, SHARE, st.booleans())
EXTRACTIONS = st.builds(
    Extraction, st.lists(ENTITIES, max_size=3).map(tuple), st.lists(RELATIONS, max_size=3).map(tuple)
)


@given(EXTRACTIONS)
def test_an_extraction_is_read_back_as_it_was_written(made: Extraction) -> None:
    assert decode(encode(made)) == made


def test_what_is_put_is_found(tmp_path: Path) -> None:
    with closing(Cache(tmp_path / "cache", "1")) as cache:
        cache.put([("hash", encode(Extraction()))])
        assert "hash" in cache and cache.get("hash") == Extraction()


def test_what_is_not_there_is_a_key_error(tmp_path: Path) -> None:
    with closing(Cache(tmp_path / "cache", "1")) as cache:
        assert "hash" not in cache
        with pytest.raises(KeyError):
            cache.get("hash")


@pytest.mark.parametrize(("version", "kept"), [("1", True), ("2", False)])
def test_only_the_same_extractor_finds_what_was_kept(tmp_path: Path, version: str, kept: bool) -> None:
    with closing(Cache(tmp_path / "cache", "1")) as cache:
        cache.put([("hash", encode(Extraction()))])
    with closing(Cache(tmp_path / "cache", version)) as cache:
        assert ("hash" in cache) == kept


def test_a_damaged_cache_is_begun_afresh(tmp_path: Path) -> None:
    (tmp_path / "cache").write_bytes(b"no database, but long enough to look like one " * 100)
    with closing(Cache(tmp_path / "cache", "1")) as cache:
        cache.put([("hash", encode(Extraction()))])
        assert "hash" in cache
