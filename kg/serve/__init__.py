"""A graph over HTTP: SPARQL, pages, JSON. Read only.

```
client ─▶ guard (sizes, headers) ─▶ app ─┬─ sparql ─▶ pool ─▶ engine: oxigraph serve-read-only, one process a query
                                         ├─ pages, rdf ─▶ the graph's files
                                         └─ api ──────▶ the same, as JSON; named queries ─▶ pool ─▶ engine: worker
```
"""

from kg.serve.app import make_app, serve
from kg.serve.limits import Limits

__all__ = ["Limits", "make_app", "serve"]
