"""Columns into a page and out of it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.view.pack import pack, unpack

NUMBERS = st.lists(st.integers(0, 2**32 - 1), max_size=40)
LISTED = st.lists(st.text(max_size=3))
VALUES = st.lists(st.one_of(st.none(), st.text(max_size=12), st.integers(-5, 5), LISTED), max_size=9)


@settings(max_examples=60, deadline=None)
@given(numbers=NUMBERS, values=VALUES)
def test_what_goes_in_comes_out(numbers: list[int], values: list[Any]) -> None:
    assert unpack(pack({"n": np.array(numbers, dtype=np.int64), "v": values})) == {"n": numbers, "v": values}


def test_the_same_columns_give_the_same_text() -> None:
    columns = {"n": np.arange(1000), "v": ["a", None]}
    assert pack(columns) == pack(columns)


def test_the_text_is_safe_inside_a_script_element() -> None:
    assert set(pack({"v": ["</script>\u2028<!--"] * 5})) <= set(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
    )


def test_a_lone_surrogate_becomes_the_sign_for_what_cannot_be_shown() -> None:
    assert unpack(pack({"v": ["a\ud800b"]})) == {"v": ["a\ufffdb"]}


@pytest.mark.parametrize("wrong", [-1, 2**32])
def test_a_number_that_does_not_fit_is_refused(wrong: int) -> None:
    with pytest.raises(ValueError, match=str(wrong)):
        pack({"n": np.array([3, wrong])})
