"""LaTeX as bibliographies and arXiv carry it, as readable Unicode text.

The symbol table is pylatexenc's. The scanning is ours: a converter of whole documents takes ``%`` for a comment,
drops what it does not know and needs milliseconds a text, where titles and abstracts hold bare per cent signs,
private macros and prices in dollars.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

__all__ = ["fold", "latex_to_text"]

_MARK = re.compile(r"[\\${}~]|--|``|''")
_COMBINING = {
    '"': "\u0308", "'": "\u0301", "`": "\u0300", "^": "\u0302", "~": "\u0303", "=": "\u0304", ".": "\u0307",
    "u": "\u0306", "v": "\u030c", "H": "\u030b", "c": "\u0327", "d": "\u0323", "b": "\u0331", "k": "\u0328",
    "r": "\u030a", "tilde": "\u0303", "widetilde": "\u0303", "hat": "\u0302", "widehat": "\u0302", "bar": "\u0304",
    "acute": "\u0301", "grave": "\u0300", "check": "\u030c", "breve": "\u0306", "ddot": "\u0308", "dot": "\u0307",
    "vec": "\u20d7",
}  # fmt: skip
_LATIN = {
    "i": "i", "j": "j", "o": "ø", "O": "Ø", "l": "ł", "L": "Ł", "ss": "ß", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ",
    "aa": "å", "AA": "Å", "dh": "ð", "DH": "Ð", "th": "þ", "TH": "Þ", "dj": "đ", "DJ": "Đ", "ng": "ŋ",
}  # fmt: skip
_NAMED = _LATIN | {
    "textendash": "\u2013", "textemdash": "—", "textasciitilde": "\ue004", "textbackslash": "\ue005",
    "textquoteright": "\u2019", "textquoteleft": "\u2018", "textquotedblleft": "“", "textquotedblright": "”",
    "textregistered": "®", "texttrademark": "™",
    "quad": " ", "qquad": " ", "newline": " ", "par": " ", "le": "≤", "ge": "≥", "ne": "≠", "to": "→", "eps": "ε",
    "ldots": "…", "dots": "…", "cdots": "⋯", "epsilon": "ε", "phi": "φ", "TeX": "TeX", "LaTeX": "LaTeX",
    "S": "§", "lVert": "‖", "rVert": "‖", "Vert": "‖", "vert": "|", "mid": "|", "lbrace": "\ue001", "rbrace": "\ue002",
}  # fmt: skip
_NOTHING = re.compile(
    r"left|right|[bB]ig[lr]?|[bB]igg[lr]?|em|it|bf|rm|sc|tt|sf|sl|cal|(?:it|up|sc|sl)shape|bfseries|mdseries|"
    r"(?:tt|sf|rm)family|normal(?:font|size)|(?:display|text|script)style|limits|nolimits|noindent|protect|relax|xspace|"
    r"small|footnotesize|large|Large|(?:un)?boldmath|centering"
)
_DROPPED = re.compile(r"cite[a-z]*|(?:eq)?ref|label|footnotemark|[vh]space")
_BLACKBOARD = str.maketrans("CHNPQRZ", "\u2102\u210d\u2115\u2119\u211a\u211d\u2124")
_SUPERSCRIPT = str.maketrans("0123456789+-=()ni*", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ*")
_SUBSCRIPT = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")
_ESCAPED = {"%": "%", "&": "&", "#": "#", "_": "\ue003", "$": "\ue000", "{": "\ue001", "}": "\ue002"}
_RESTORE = str.maketrans("\ue000\ue001\ue002\ue003\ue004\ue005\ue006", "${}_~\\^")
# Stand-ins while the text is read; a text that holds one already is left alone.
_STAND_IN = re.compile("[\ue000-\ue006\ue010\ue011]")
_KEPT = {"_": "\ue003", "^": "\ue006"}
_MAX_DEPTH = 50

_URL = re.compile(r"https?://[^\s{}]+")
_ACCENT = re.compile(
    r"\\(?:([\"'`^~=.])\s*|([uvHcdbkr]|tilde|widetilde|hat|widehat|bar|acute|grave|check|breve|ddot|dot|vec)(?![A-Za-z])\s*)"
    r"(?:\{\s*\\?([A-Za-z\u00c0-\u024f]|\\[ij])\s*\}|\\([ij])(?![A-Za-z])\s?|([A-Za-z\u00c0-\u024f]))"
)
_ESCAPE = re.compile(r"\\([%&#_${}])")
_MATH = re.compile(
    r"\$\$(.+?)\$\$|\\\((.+?)\\\)|\\\[(.+?)\\\]|"
    r"\$(?=[^\s$])([^$]*?[^\s$])\$(?!\d)|\$([^$]*?[\\^_][^$]*?)\$",
    re.DOTALL,
)
_SPACING = re.compile(r"\\[,;:> ]|\\\\|\\\n")
_MACRO = re.compile(r"\\([A-Za-z]+)\*?(\s*)")
_WITH_TWO = re.compile(r"\\([dt]?frac|href|binom|textcolor)\s*\{([^{}]*)\}\s*\{([^{}]*)\}")
_WITH_ONE = re.compile(r"(?:\\([A-Za-z]+)\*?\s*(?:\[[^\[\]{}]*\])?\s*|([_^])\s*)?\{([^{}]*)\}")
_SCRIPT = re.compile(r"([_^])([0-9A-Za-z+*])")


def fold(text: str) -> str:
    """Line breaks and runs of spaces as one space.

    >>> fold(" Attention\\n  is all ")
    'Attention is all'
    """
    return " ".join(text.split())


def latex_to_text(text: str) -> str:
    r"""Readable text; what holds no LaTeX comes back as it is, what is not understood keeps its words. Never raises.

    >>> latex_to_text(r"M{\"u}ller, Mat\'ern: {BERT} is \emph{fast} \& 50\% better, $P^2$ in $\mathcal{O}(n \log n)$")
    'Müller, Matérn: BERT is fast & 50% better, P² in O(n log n)'
    >>> latex_to_text("Costs $5 to $10, 30% less, on the $\\beta$-VAE --- see http://x.org/~me")
    'Costs $5 to $10, 30% less, on the β-VAE — see http://x.org/~me'
    """
    if not _MARK.search(text) or _STAND_IN.search(text):
        return text
    addresses: list[str] = []

    def keep(found: re.Match[str]) -> str:
        addresses.append(found.group().replace("\\_", "_").replace("\\~{}", "~").replace("\\%", "%"))
        return f"\ue010{len(addresses) - 1}\ue011"

    text = _URL.sub(keep, text)
    text = _ACCENT.sub(_accented, text)
    text = _ESCAPE.sub(lambda found: _ESCAPED[found.group(1)], text)
    text = _MATH.sub(lambda found: _plain(next(g for g in found.groups() if g is not None), math=True), text)
    text = _plain(text, math=False)
    text = text.replace("{", "").replace("}", "")
    text = re.sub(r"(?<![\s/])~|~(?![\d\s]|$)", " ", text)
    text = text.replace("---", "—").replace("``", "“").replace("''", "”")
    text = re.sub(r"(?<!-)--(?!-)", "\u2013", text)
    text = re.sub(r"\ue010(\d+)\ue011", lambda found: addresses[int(found.group(1))], text)
    return text.translate(_RESTORE)


def _accented(found: re.Match[str]) -> str:
    accent = found.group(1) or found.group(2)
    letter = (found.group(3) or found.group(4) or found.group(5)).removeprefix("\\")
    return unicodedata.normalize("NFC", letter + _COMBINING[accent])


def _plain(text: str, *, math: bool) -> str:
    text = _SPACING.sub(" ", text)
    text = re.sub(r"\\[!/\-@]", "", text).replace("\\|", "‖")
    text = _MACRO.sub(_symbol, text)
    for _ in range(_MAX_DEPTH):
        before = text
        text = _WITH_TWO.sub(_two_arguments, text)
        text = _WITH_ONE.sub(_one_argument, text)
        if text == before:
            break
    if math:
        text = _SCRIPT.sub(lambda found: _script(found.group(1), found.group(2)), text)
        text = text.replace("{", "").replace("}", "")
    return _MACRO.sub(lambda found: found.group(1) + found.group(2), text) if "\\" in text else text


def _symbol(found: re.Match[str]) -> str:
    name, space = found.groups()
    if _NOTHING.fullmatch(name):
        return ""
    symbol = _NAMED.get(name) or _symbols().get(name)
    if symbol is None or _DROPPED.fullmatch(name):
        return found.group()
    # TeX takes the space that ends a letter's name: "Stra\\ss e" is one word.
    return symbol if name in _LATIN else symbol + space


def _two_arguments(found: re.Match[str]) -> str:
    name, first, second = found.groups()
    if name in ("href", "textcolor"):
        return second
    return f"({first} {second})" if name == "binom" else f"{first}/{second}"


def _one_argument(found: re.Match[str]) -> str:
    name, script, inner = found.groups()
    if script:
        return _script(script, inner)
    if name is None:
        return inner
    if _DROPPED.fullmatch(name):
        return ""
    if name == "mathbb":
        return inner.translate(_BLACKBOARD)
    if name == "sqrt":
        return f"√{inner}" if len(inner) == 1 else f"√({inner})"
    if name in _COMBINING and len(inner) == 1:
        return unicodedata.normalize("NFC", inner + _COMBINING[name])
    # An unknown macro with an empty argument stands for a word: its name says more than nothing.
    return inner or name


def _script(mark: str, inner: str) -> str:
    table = _SUPERSCRIPT if mark == "^" else _SUBSCRIPT
    inner = inner.strip()
    if inner and all(ord(character) in table for character in inner):
        return inner.translate(table)
    return f"{_KEPT[mark]}{inner}" if inner.isalnum() or len(inner) < 2 else f"{_KEPT[mark]}({inner})"


@cache
def _symbols() -> dict[str, str]:
    """Macro name to character, of pylatexenc's table."""
    from pylatexenc.latex2text import get_default_latex_context_db  # type: ignore[import-untyped]

    specs = get_default_latex_context_db().iter_macro_specs()
    found = {spec.macroname: spec.simplify_repl for spec in specs}
    return {
        name: text
        for name, text in found.items()
        if isinstance(text, str) and 0 < len(text.strip()) <= 3 and "%" not in text
    }
