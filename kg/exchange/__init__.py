"""A graph between stores: taken back from the files that ``kg export`` writes, pushed to servers, asked elsewhere.

```
graph.nq, graph.trig ─▶ importing ─▶ a graph folder
a graph folder ─▶ push ─▶ any server with the SPARQL 1.1 Graph Store HTTP Protocol
a query ─▶ endpoint ─▶ any server with the SPARQL 1.1 Protocol
```
"""

from kg.exchange.endpoint import Endpoint
from kg.exchange.importing import ImportResult, import_graph
from kg.exchange.push import PushResult, push

__all__ = ["Endpoint", "ImportResult", "PushResult", "import_graph", "push"]
