"""The whole graph as a static site, which any web server and any folder on disk serves."""

from kg.site.write import Written, write_site

__all__ = ["Written", "write_site"]
