"""A standalone cluster on loopback: one master and some workers, started and ended by their process ids."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

from helpers_cli import environment

__all__ = ["Cluster", "cluster"]

_START = 120


@dataclass
class Cluster:
    """A master that answers, and its workers' processes."""

    url: str
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def kill_worker(self) -> None:
        """Ends one worker at once, with all that it had started."""
        _end(self.workers.pop())


@contextmanager
def cluster(folder: Path, workers: int) -> Iterator[Cluster]:
    """One master and some workers of one core each, on loopback."""
    port = _free_port()
    url = f"spark://127.0.0.1:{port}"
    begun: list[subprocess.Popen[bytes]] = []
    found = Cluster(url)
    try:
        master = _start(folder, "master", "master.Master", "--host", "127.0.0.1", "--port", str(port))
        begun.append(master)
        _wait(folder / "master.log", "Starting Spark master", master)
        for number in range(workers):
            name = f"worker{number}"
            arguments = ("--host", "127.0.0.1", "--cores", "1", "--memory", "1g", "-d", str(folder / name), url)
            worker = _start(folder, name, "worker.Worker", *arguments)
            begun.append(worker)
            found.workers.append(worker)
        for number, worker in enumerate(found.workers):
            _wait(folder / f"worker{number}.log", "Successfully registered", worker)
        yield found
    finally:
        for process in reversed(begun):
            _end(process)


def _start(folder: Path, name: str, kind: str, *arguments: str) -> subprocess.Popen[bytes]:
    spec = find_spec("pyspark")
    assert spec is not None
    assert spec.origin is not None
    command = Path(spec.origin).parent / "bin" / "spark-class"
    with (folder / f"{name}.log").open("wb") as log:
        return subprocess.Popen(
            [str(command), f"org.apache.spark.deploy.{kind}", "--webui-port", "0", *arguments],
            stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
            env=environment(SPARK_LOCAL_IP="127.0.0.1", SPARK_LOCAL_DIRS=str(folder / "local"),
                            SPARK_DAEMON_JAVA_OPTS="-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"),
        )  # fmt: skip


def _wait(log: Path, words: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + _START
    while words not in log.read_text(errors="replace"):
        assert process.poll() is None, log.read_text(errors="replace")
        assert time.monotonic() < end, log.read_text(errors="replace")
        time.sleep(0.2)


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(timeout=30)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
