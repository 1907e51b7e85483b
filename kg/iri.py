"""How things are named: the one base, the prefixes, and the only place where an IRI is made."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from urllib.parse import quote, unquote

__all__ = [
    "BASE",
    "CONCEPT",
    "GRAPHS",
    "PREFIXES",
    "TERM",
    "concept_iri",
    "concept_slug",
    "decision_iri",
    "extractor_iri",
    "mention_iri",
    "normal_title",
    "normalise_identifier",
    "paper_iri",
    "slugify",
    "statement_iri",
]

BASE = "https://w3id.org/kg-papers/"
TERM = f"{BASE}ontology#"
CONCEPT = f"{BASE}concept/"
# What papers say stands in the default graph of a store, so that its name occurs in no data; it names the choice.
GRAPHS = {name: f"{BASE}graph/{name}" for name in ("papers", "vocabulary", "decisions", "provenance")}

PREFIXES = {
    "kg": TERM,
    "concept": CONCEPT,
    "paper": f"{BASE}paper/",
    "graph": f"{BASE}graph/",
    "cito": "http://purl.org/spar/cito/",
    "dcterms": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

_GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ζ": "zeta", "η": "eta", "θ": "theta",
    "κ": "kappa", "λ": "lambda", "μ": "mu", "µ": "mu", "ν": "nu", "ξ": "xi", "π": "pi", "ρ": "rho", "σ": "sigma",
    "τ": "tau", "φ": "phi", "ϕ": "phi", "χ": "chi", "ψ": "psi", "ω": "omega", "∞": "infinity",
}  # fmt: skip

# An identifier, then its version, an ending or what an address holds behind it; a longer number is something else.
_ARXIV = re.compile(r"(\d{4}\.\d{4,5}|[a-z][a-z-]*(?:\.[a-z]{2})?/\d{7})(?!\d|\.\d)", re.IGNORECASE)
_ACL = re.compile(r"(?:[A-Z]\d{2}-\d{4,5}|\d{4}\.[a-z0-9_]+-[a-z0-9_]+\.\d+)")


def slugify(name: str) -> str:
    """The slug of a name: ASCII letters and digits, one hyphen between; other scripts keep their letters.

    >>> slugify("LLaMA-2"), slugify("F1 score"), slugify("C++"), slugify("C#"), slugify("β-VAE")
    ('llama-2', 'f1-score', 'c-plus-plus', 'c-sharp', 'beta-vae')
    >>> slugify("naïve Bayes"), slugify("机器 翻译"), slugify("π0")
    ('naive-bayes', '机器-翻译', 'pi0')
    """
    text = unicodedata.normalize("NFKD", name).casefold()
    text = "".join(_GREEK.get(c, c) for c in text if not unicodedata.combining(c))
    text = text.replace("++", " plus plus ").replace("+", " plus ").replace("#", " sharp ")
    return re.sub(r"[\W_]+", "-", unicodedata.normalize("NFC", text)).strip("-")


def concept_iri(slug: str) -> str:
    """The IRI of an entity.

    >>> concept_iri("lora")
    'https://w3id.org/kg-papers/concept/lora'
    """
    return CONCEPT + quote(slug, safe="-")


def concept_slug(iri: str) -> str:
    """The slug of an entity's IRI; the inverse of :func:`concept_iri`.

    >>> concept_slug(concept_iri("机器-翻译"))
    '机器-翻译'
    """
    return unquote(iri.removeprefix(CONCEPT))


def normal_title(title: str) -> str:
    """A title without case, accents and punctuation: what two records of one paper share.

    >>> normal_title("LoRA: Low-Rank  Adaptation.") == normal_title("Lora – low rank adaptation")
    True
    """
    text = unicodedata.normalize("NFKD", title).casefold()
    text = "".join(c for c in text if not unicodedata.combining(c))
    return re.sub(r"[\W_]+", " ", text).strip()


def normalise_identifier(value: str) -> str | None:
    """``scheme:value`` in its one spelling, from any usual form; None where it is no known identifier.

    >>> normalise_identifier("arXiv:2106.09685v2"), normalise_identifier("https://arxiv.org/abs/cs/9810011")
    ('arxiv:2106.09685', 'arxiv:cs/9810011')
    >>> normalise_identifier("https://doi.org/10.1145/3292500.3330701")
    'doi:10.1145/3292500.3330701'
    >>> normalise_identifier("https://aclanthology.org/P17-1157/"), normalise_identifier("acl:2021.acl-long.1")
    ('acl:P17-1157', 'acl:2021.acl-long.1')
    >>> normalise_identifier("10.48550/arXiv.2106.09685"), normalise_identifier("hello")
    ('arxiv:2106.09685', None)
    """
    text = value.strip().strip("<>")
    text = re.sub(r"^https?://(www\.|export\.|dx\.)?", "", text, flags=re.IGNORECASE)
    if match := re.search(r"10\.48550/arxiv\.(\S+)", text, re.IGNORECASE):
        text = f"arxiv:{match.group(1)}"
    if match := re.match(r"(?:arxiv\.org/(?:abs|pdf|html)/|arxiv\s*:\s*)(.+)", text, re.IGNORECASE):
        found = _ARXIV.match(match.group(1).strip())
        return f"arxiv:{found.group(1).lower()}" if found else None
    if match := re.match(r"(doi\.org/|doi\s*:\s*)?(10\.\d{4,9}/\S+)$", text, re.IGNORECASE):
        # An address is percent-encoded, an identifier as such is not.
        value = unquote(match.group(2)) if "/" in (match.group(1) or "") else match.group(2)
        return f"doi:{value.rstrip('.,;>').lower()}"
    if match := re.match(r"(?:aclanthology\.org/|aclweb\.org/anthology/|acl\s*:\s*)(\S+)", text, re.IGNORECASE):
        found = _ACL.match(match.group(1).removesuffix(".pdf"))
        return f"acl:{found.group(0)}" if found else None
    return None


def paper_iri(identifiers: tuple[str, ...], title: str, distinguish: str = "") -> str:
    """The IRI of a paper: a function of all its identifiers, never of the order in which they came.

    arXiv before DOI before ACL; the smallest where a scheme has several; else the normalised title's hash, with
    ``distinguish`` hashed in where two papers share that title.

    >>> paper_iri(("doi:10.1/x", "arxiv:2106.09685"), "LoRA")
    'https://w3id.org/kg-papers/paper/arxiv/2106.09685'
    >>> paper_iri((), "A Title of Four Words").rsplit("/", 1)[0]
    'https://w3id.org/kg-papers/paper/title'
    """
    for scheme in ("arxiv", "doi", "acl"):
        values = sorted(i.split(":", 1)[1] for i in identifiers if i.startswith(f"{scheme}:"))
        if values:
            return f"{BASE}paper/{scheme}/{quote(values[0], safe='/-._~')}"
    key = normal_title(title) + (f"\n{distinguish}" if distinguish else "")
    return f"{BASE}paper/title/{_digest(key)}"


def mention_iri(paper: str, field: str, text_hash: str, start: int, end: int) -> str:
    """The IRI of a mention: the same text at the same place gives the same IRI, whatever it is linked to."""
    return f"{BASE}mention/{_digest(f'{paper} {field} {text_hash} {start} {end}')}"


def statement_iri(paper: str, subject: str, predicate: str, object: str) -> str:
    """The IRI of a statement: what the paper's text claims, once a paper."""
    return f"{BASE}statement/{_digest(f'{paper} {subject} {predicate} {object}')}"


def decision_iri(line: str) -> str:
    """The IRI of a curator's decision, from its line."""
    return f"{BASE}decision/{_digest(line)}"


def extractor_iri(version: str) -> str:
    """The IRI of an extractor, from its version string (pipeline, model and vocabulary hash)."""
    return f"{BASE}extractor/{_digest(version)}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:24]
