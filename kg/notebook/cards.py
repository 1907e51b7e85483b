"""An entity or a paper as a card: what a cell that ends in one shows."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import overload

from kg.describe import EntityView, PaperView
from kg.pages.environment import card

__all__ = ["ShownEntity", "ShownPaper", "shown"]


@dataclass(frozen=True, slots=True)
class ShownEntity(EntityView):
    """An entity that a notebook shows as a card."""

    def _repr_html_(self) -> str:
        """Its definition, papers by role, neighbours and sentences."""
        return card("entity", self)


@dataclass(frozen=True, slots=True)
class ShownPaper(PaperView):
    """A paper that a notebook shows as a card."""

    def _repr_html_(self) -> str:
        """Its abstract, and what it names in which role."""
        return card("paper", self)


@overload
def shown(view: EntityView) -> ShownEntity: ...
@overload
def shown(view: PaperView) -> ShownPaper: ...
def shown(view: EntityView | PaperView) -> ShownEntity | ShownPaper:
    """The same, for a notebook to show."""
    values = {field.name: getattr(view, field.name) for field in fields(view)}
    return ShownEntity(**values) if isinstance(view, EntityView) else ShownPaper(**values)
