"""LaTeX, dates and names."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.sources.dates import iso_date
from kg.sources.latex import latex_to_text
from kg.sources.people import authors


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        (
            r"M{\"u}ller, Mat\'ern, Erd\H{o}s, {\'{e}}t\'e, na\"{\i}ve, Fran\c{c}ois",
            "Müller, Matérn, Erdős, été, naïve, François",
        ),
        (r"\O{}yvind Stra{\ss}e {\L}ukasz \aa", "Øyvind Straße Łukasz å"),
        (r"{BERT} and {\em deep} {\bf trees}, \textbf{\emph{both}}", "BERT and deep trees, both"),
        (
            r"$P^2$, CO$_2$, $n^{10}$, $O(p^{1/2})$, $x_{n-1}$, $n_{\mathrm{eff}}$",
            "P², CO₂, n¹⁰, O(p^(1/2)), x_(n-1), n_eff",
        ),
        (r"$\alpha$-$\beta$ search, $\ell_1$ and $\mathbb{R}^n$, $a \leq b$", "\u03b1-β search, ℓ₁ and ℝⁿ, a ≤ b"),
        (r"50\% of R\&D \#1 in a\_b for \$5 or \{x\}", "50% of R&D #1 in a_b for $5 or {x}"),
        ("50% of it costs $5 or $10", "50% of it costs $5 or $10"),
        (r"about~5 -- 7 --- ``well''", "about 5 \u2013 7 — “well”"),
        (r"see \url{http://x.org/~a_b} and \href{http://y.org}{this}", "see http://x.org/~a_b and this"),
        (r"$\frac{a}{b}$, $\sqrt{2}$, \tilde{O}(n), $\hat{x}$", "a/b, √2, Õ(n), x\u0302"),
        (r"our \sysname{} and \rev{this} beat \cite{doe}them", "our sysname and this beat them"),
        (r"$ (4+\epsilon) $-speed", " (4+ε) -speed"),
    ],
)
def test_latex_becomes_readable_text(latex: str, text: str) -> None:
    assert latex_to_text(latex) == text


@given(st.text(alphabet=st.sampled_from("ab1 \\${}^_~%&'\"`-[]\n\ue000\ue010\ue011é")))
def test_latex_of_any_shape_never_raises(text: str) -> None:
    assert isinstance(latex_to_text(text), str)


@given(st.text(alphabet=st.characters(exclude_characters="\\${}~-`'")))
def test_text_without_latex_is_not_altered(text: str) -> None:
    assert latex_to_text(text) == text


@given(st.text() | st.integers() | st.floats() | st.none() | st.lists(st.integers() | st.lists(st.integers())))
def test_a_date_is_real_or_none(value: object) -> None:
    found = iso_date(value)
    if found is not None:
        assert re.fullmatch(r"\d{4}(-\d\d(-\d\d)?)?", found)
        date.fromisoformat((found + "-01-01")[:10])


@given(st.dates(min_value=date(1000, 1, 1), max_value=date(2999, 12, 31)))
def test_a_full_date_keeps_its_day_in_every_usual_form(day: date) -> None:
    parts = [[day.year, day.month, day.day]]
    forms = (
        day.isoformat(),
        f"{day.isoformat()}T01:02:03Z",
        day.strftime("%d %B %Y"),
        day.strftime("%B %d, %Y"),
        parts,
    )
    assert {iso_date(form) for form in forms if day.year > 1900} <= {day.isoformat()}


@pytest.mark.parametrize(
    ("value", "names"),
    [
        ("A. Doe, B. Roe and C. Poe", ["A. Doe", "B. Roe", "C. Poe"]),
        ("Doe, A. and Roe, B.", ["A. Doe", "B. Roe"]),
        ("Doe, A.; Roe, B.", ["A. Doe", "B. Roe"]),
        ("Doe, Jane", ["Jane Doe"]),
        ("Jane Doe, Richard Roe", ["Jane Doe", "Richard Roe"]),
        ("A. Doe (1), B. Roe (2) ((1) Uni X, (2) Uni Y)", ["A. Doe", "B. Roe"]),
        (["Jane Doe", "Roe, Richard"], ["Jane Doe", "Richard Roe"]),
        ("['Jane Doe', 'Richard Roe']", ["Jane Doe", "Richard Roe"]),
        ([{"name": "Jane Doe"}, {"name": None}], ["Jane Doe"]),
        ([{"firstName": "Jane", "lastName": "Doe"}], ["Jane Doe"]),
        ({"name": ["A B", "C D"]}, ["A B", "C D"]),
        ("Jane Doe et al.", ["Jane Doe et al."]),
        (None, []),
        (5, []),
    ],
)
def test_names_of_authors_are_told_apart(value: object, names: list[str]) -> None:
    assert [author.name for author in authors(value)] == names
