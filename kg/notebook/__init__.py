"""What a notebook shows inline of pages, entities and papers."""

from kg.notebook.cards import ShownEntity, ShownPaper, shown
from kg.notebook.html import Html

__all__ = ["Html", "ShownEntity", "ShownPaper", "shown"]
