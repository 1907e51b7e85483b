"""The small graph of the query tests is the one that the ontology is checked against."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "query"))
