"""An entry of the vocabulary as a page shows it, also one that no paper names."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from kg.describe import EntityView, Links, Neighbour
from kg.iri import concept_iri
from kg.pages.tree import Tree

__all__ = ["term_links", "term_view"]


def term_links(tree: Tree, slug: str, papers: Callable[[str], int] = lambda slug: 0) -> Links:
    """What stands above, below and beside an entry; nothing for what is none.

    :param papers: in how many papers an entity of that slug is
    """
    term = tree.terms.get(slug)
    if term is None:
        return (), (), ()

    def ends(slugs: Iterable[str]) -> tuple[Neighbour, ...]:
        return tuple(Neighbour(concept_iri(s), tree.terms[s].label, tree.terms[s].type, papers(s)) for s in slugs)

    return ends(term.broader), ends(term.narrower), ends(term.related)


def term_view(tree: Tree, slug: str, papers: Callable[[str], int] = lambda slug: 0) -> EntityView:
    """All about an entry that no paper names.

    :raises KeyError: if the vocabulary has none of that slug
    """
    term = tree.terms[slug]
    broader, narrower, related = term_links(tree, slug, papers)
    return EntityView(
        iri=concept_iri(slug), label=term.label, type=term.type, known=True, aliases=tuple(term.aliases),
        definition=term.definition, broader=broader, narrower=narrower, related=related, papers=0, mentions=0,
        roles=(), years=(), listed=(), cooccurring=(), evidence=(),
    )  # fmt: skip
