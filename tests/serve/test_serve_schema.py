"""The interface holds what its OpenAPI description promises, whatever is sent: Schemathesis makes the requests."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import schemathesis
import uvicorn
from hypothesis import HealthCheck, example, given, settings
from schemathesis import checks
from schemathesis.specs.openapi import checks as conformance

from kg.serve import Limits, make_app
from kg.serve.heads import bounded

CHECKS = [
    checks.not_a_server_error,
    conformance.status_code_conformance,
    conformance.content_type_conformance,
]


@pytest.fixture(scope="session")
def address(graph_folder: Path) -> Iterator[str]:
    """The application on a port of this machine, in a thread."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        app = make_app(graph_folder, Limits())
        config = uvicorn.Config(app, log_config=None, lifespan="on", loop="asyncio", http=bounded())
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        until = time.monotonic() + 60
        while not server.started and time.monotonic() < until:
            time.sleep(0.05)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join(60)


#: What there is, by parameter of a path: what is made up finds nothing.
HELD = {"slug": "lora", "path": "arxiv/2101.00001", "name": "papers-using"}


def statuses(operation: Any, components: dict[str, Any]) -> set[int]:
    """Asks an operation many things, each answer as its description says; gives what statuses came."""
    found = set()

    @settings(max_examples=20, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy())
    @example(operation.Case(path_parameters=HELD, query={}))
    @example(operation.Case(path_parameters=HELD, query={"entity": "LoRA"}))
    def answers(case: Any) -> None:
        response = case.call_and_validate(checks=CHECKS)
        media = response.headers["content-type"][0].split(";")[0]
        told = operation.definition.raw["responses"][str(response.status_code)]["content"][media]
        # Not Schemathesis's own check, which knows no tuples (prefixItems) inside of lists.
        jsonschema_rs.Draft202012Validator({**told["schema"], "components": components}).validate(response.json())
        found.add(response.status_code)

    answers()
    return found


@pytest.mark.slow
def test_every_operation_answers_as_it_is_described(address: str) -> None:
    described = schemathesis.openapi.from_url(f"{address}/openapi.json")
    operations = [found.ok() for found in described.get_all_operations()]
    assert len(operations) == len(described.raw_schema["paths"])
    came = {one.label: statuses(one, described.raw_schema["components"]) for one in operations}
    assert {label for label, found in came.items() if 200 not in found} == set()
