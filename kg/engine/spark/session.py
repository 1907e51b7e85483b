"""A Spark session: what has to be installed, how it is opened, and its errors as one line each."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING

from kg.errors import KGError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

__all__ = ["check_installed", "java_version", "open_session", "progress", "spark_errors"]

#: What Spark 4 runs on.
JAVA = 17
_INSTALL = "install it with `pip install 'kg-papers[spark]'`"
_INSTALL_JAVA = f"install Java {JAVA} (Debian, Ubuntu: `apt install openjdk-17-jre-headless`) or set JAVA_HOME"
_LOOPBACK = re.compile(r"(local($|\[)|spark://(127\.|localhost[:/]|\[?::1))")
# What the engine sets unless the user has: batches that stay small whatever a record or a row of lines holds (Spark
# reads 4,096 rows of Parquet at a time), a quiet log, and memory for the driver, which on one machine is the executor
# as well (Spark gives it 1 GB).
_DEFAULTS = {
    "spark.driver.memory": "2g",
    "spark.app.name": "kg build",
    "spark.log.level": "ERROR",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.execution.arrow.maxRecordsPerBatch": "1000",
    "spark.sql.execution.arrow.maxBytesPerBatch": str(64 << 20),
    "spark.sql.parquet.columnarReaderBatchSize": "64",
}
_BATCHES = re.compile(r"spark\.sql\..*Batch")


def java_version(text: str) -> int | None:
    """The feature release that ``java -version`` prints; None where it says none.

    >>> java_version('openjdk version "17.0.15" 2025-04-15'), java_version('java version "1.8.0_292"')
    (17, 8)
    """
    found = re.search(r'version "(?:1\.)?(\d+)', text)
    return int(found.group(1)) if found else None


def check_installed() -> None:
    """Sees to it that Spark can start.

    :raises KGError: with the one line that says what to install
    """
    for module in ("pyspark", "pandas", "pyarrow"):
        if find_spec(module) is None:
            raise KGError(f"--engine spark needs the Python package {module}, which is not installed", hint=_INSTALL)
    home = os.environ.get("JAVA_HOME")
    java = shutil.which(os.path.join(home, "bin", "java")) if home else shutil.which("java")
    if java is None:
        where = f" in JAVA_HOME ({home})" if home else ""
        raise KGError(f"--engine spark needs Java, and there is none{where}", hint=_INSTALL_JAVA)
    said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False, timeout=60)
    version = java_version(said.stderr + said.stdout)
    if version is None or version < JAVA:
        found = f"Java {version}" if version else f"a Java that does not start ({java})"
        raise KGError(f"--engine spark needs Java {JAVA} or later, and found {found}", hint=_INSTALL_JAVA)


@contextmanager
def open_session(master: str | None = None, workers: int = 1) -> Iterator[SparkSession]:
    """A session on that master, stopped at the end unless there was one already (``spark-submit``, a notebook).

    :param master: the URL of a master; None takes Spark's own configuration, else this machine
    :param workers: cores of this machine where no cluster is named; 1 stands for all
    :raises KGError: if something is not installed, or the master does not answer
    """
    check_installed()
    if master and master.startswith("sc://"):
        raise KGError(
            "Spark Connect is not supported", where=master, hint="name the master itself (spark://, yarn, k8s)"
        )
    # The workers of a cluster on this machine run what this process runs; elsewhere the user says where it lies.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    from pyspark import SparkConf
    from pyspark.sql import SparkSession

    there = SparkSession.getActiveSession()
    conf = SparkConf()
    chosen = master or conf.get("spark.master") or ("local[*]" if workers == 1 else f"local[{workers}]")
    settings = {"spark.master": chosen, **_DEFAULTS}
    if _LOOPBACK.match(chosen):
        # Nothing of a build on this machine is to be reached from another one.
        settings |= {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
        settings |= {"spark.ui.enabled": "false"}
    builder = SparkSession.builder
    for name, value in settings.items():
        if name == "spark.master" or not conf.contains(name):
            builder = builder.config(name, value)
    with spark_errors(chosen):
        with _to_log():
            session = there or builder.getOrCreate()
        if there is not None:
            for key in filter(_BATCHES.match, _DEFAULTS):
                session.conf.set(key, _DEFAULTS[key])
    try:
        with spark_errors(chosen):
            yield session
    finally:
        if there is None:
            session.stop()


@contextmanager
def _to_log() -> Iterator[None]:
    """Sends what a JVM started meanwhile will ever say to a file, which stays where Spark does not start.

    Its first lines come before any setting of its log could stop them.
    """
    handle, path = tempfile.mkstemp(prefix="kg-spark-", suffix=".log")
    sys.stderr.flush()
    own = os.dup(2)
    os.dup2(handle, 2)
    try:
        yield
    except Exception as error:
        error.add_note(f"Spark's log is {path}")
        raise
    else:
        os.unlink(path)
    finally:
        os.dup2(own, 2)
        os.close(own)
        os.close(handle)


@contextmanager
def spark_errors(where: str) -> Iterator[None]:
    """What Spark raises, as one line: the reason that lies deepest, without its stack."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        yield
    except (PySparkException, Py4JError, ConnectionError) as error:
        raise KGError(f"Spark failed: {_reason(str(error))}", where=where) from error
    except RuntimeError as error:
        # pyspark's own word where the JVM ends before it answers.
        if "gateway" not in str(error).lower():
            raise
        raise KGError("Spark's JVM did not start", where=where, hint=_INSTALL_JAVA) from error


def _reason(text: str) -> str:
    """The line of a Java or Python trace that says what was wrong.

    >>> _reason("An exception was thrown\\nTraceback:\\n  File x\\nkg.errors.KGError: papers: no\\n\\n\\tat org.a.B(C)")
    'papers: no'
    """
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith(("\tat ", "  File"))]
    causes = [line for line in lines if re.match(r"(Caused by: )?[\w.$]+(Error|Exception)\b.*: ", line)]
    found = causes[-1] if causes else lines[0] if lines else "no reason given"
    return re.sub(r"^(?:Caused by: )?(?:[\w.$]+(?:Error|Exception): )+", "", found)


@contextmanager
def progress(session: SparkSession, tell: Callable[[int, int], None], seconds: float = 1.0) -> Iterator[None]:
    """Calls ``tell`` with the tasks that are done, and those there are, of the stages that run."""
    tracker, stop = session.sparkContext.statusTracker(), threading.Event()

    def watch() -> None:
        while not stop.wait(seconds):
            stages = [tracker.getStageInfo(stage) for stage in tracker.getActiveStageIds()]
            known = [stage for stage in stages if stage is not None]
            if known:
                tell(sum(s.numCompletedTasks for s in known), sum(s.numTasks for s in known))

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
