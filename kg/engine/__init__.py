"""How a build maps papers to extractions: in this process, or handed out to several."""

from kg.engine.local import Task, extract_all, extract_papers

__all__ = ["Task", "extract_all", "extract_papers"]
