"""How a build maps papers to extractions: in this process, handed out to several, or on Spark."""

from kg.engine.choose import ENGINES, check_engine, open_engine
from kg.engine.local import Task, extract_all, extract_papers

__all__ = ["ENGINES", "Task", "check_engine", "extract_all", "extract_papers", "open_engine"]
