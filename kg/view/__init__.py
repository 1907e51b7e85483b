"""A graph, or a part of it, as one HTML page that opens anywhere and asks nobody for anything."""

from kg.view.page import render, render_map, write
from kg.view.payload import Edge, Evidence, Node, Page, PaperRef

__all__ = ["Edge", "Evidence", "Node", "Page", "PaperRef", "render", "render_map", "write"]
