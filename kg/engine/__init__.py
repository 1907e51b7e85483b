"""How a build maps papers to extractions and gathers records: in this process, handed out to several, or on Spark."""

from kg.engine.choose import ENGINES, check_engine, open_engine
from kg.engine.gather import count_papers, resolve_papers, resolved_papers
from kg.engine.local import Task, extract_all, extract_papers

__all__ = [
    "ENGINES",
    "Task",
    "check_engine",
    "count_papers",
    "extract_all",
    "extract_papers",
    "open_engine",
    "resolve_papers",
    "resolved_papers",
]
