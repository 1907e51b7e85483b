"""Papers of the graphs that the tests send about: two records of one, awkward texts, one without an identifier."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import httpx

from kg.serve.engine import binary

#: Starts a server on a folder; gives its address.
Oxigraph = Callable[..., AbstractContextManager[str]]

PAPERS = [
    {"title": "Moss Attention for Leaf Classification", "abstract": "We use Moss Attention. It beats MossNet.",
     "arxiv": "2101.00001", "authors": ["Ada Ahl", "Bo Berg"], "published": "2021-01-05"},
    {"title": "Moss attention for leaf classification", "abstract": "We use Moss Attention.", "doi": "10.1000/moss",
     "arxiv": "2101.00001", "venue": "Garden"},
    {"title": "Lantern: a model that glows", "abstract": 'Lantern "beats" MossNet.\\n\\tSAGE draws a mask — 机器.',
     "arxiv": "2102.00002", "published": "2022"},
    {"title": "FernBank, a bank of ferns", "abstract": "FernBank is a dataset. We call it GlowTune."},
]  # fmt: skip


@contextmanager
def oxigraph_server(place: Path, *options: str) -> Iterator[str]:
    """A real server on a folder; gives its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [binary(), "serve", "--location", str(place), "--bind", f"127.0.0.1:{port}", *options]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        try:
            until = time.monotonic() + 30
            while time.monotonic() < until:
                try:
                    httpx.get(f"http://127.0.0.1:{port}/", trust_env=False)
                    break
                except httpx.TransportError:
                    time.sleep(0.05)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
