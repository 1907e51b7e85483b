"""Pages for people, wherever they stand: one set of templates and styles for the server and for the static site."""

from kg.pages.addresses import Addresses
from kg.pages.environment import STATIC, render
from kg.pages.terms import term_view

__all__ = ["STATIC", "Addresses", "render", "term_view"]
