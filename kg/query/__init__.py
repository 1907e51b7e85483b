"""SPARQL over a graph or plain RDF files, the named queries, and the formats of their answers."""

from kg.query.data import data_store
from kg.query.engine import Result, run
from kg.query.formats import GRAPH_FORMATS, ROW_FORMATS, write
from kg.query.inline import with_values
from kg.query.named import NamedQuery, Parameter, all_queries, bind, load
from kg.query.printable import printable

__all__ = [
    "GRAPH_FORMATS",
    "ROW_FORMATS",
    "NamedQuery",
    "Parameter",
    "Result",
    "all_queries",
    "bind",
    "data_store",
    "load",
    "printable",
    "run",
    "with_values",
    "write",
]
