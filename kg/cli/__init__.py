"""The command line: each command reads its options, calls one method of the façade, and prints."""

from kg.cli.main import main

__all__ = ["main"]
