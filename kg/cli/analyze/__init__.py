"""``kg analyze``: rows for programs, and a page for people where a row holds sentences. One module a subject."""

from __future__ import annotations

import click

from kg.cli.analyze import bridges, central, clusters, links, pairs, themes, time

__all__ = ["analyze"]


@click.group()
def analyze() -> None:
    """Measure the graph: the fields in it, what joins them, what is missing, what is changing; each answer with its
    papers and sentences.

    \b
    Example:  kg analyze clusters
              kg analyze bridges --since 2023 --format json
              kg analyze compare LoRA "Prefix Tuning"
    """


for command in (
    clusters.clusters,
    themes.themes,
    clusters.resolutions,
    bridges.bridges,
    bridges.gaps,
    central.central,
    links.links,
    links.backtest,
    pairs.path,
    pairs.compare,
    time.trends,
    time.new,
    themes.evolution,
):
    analyze.add_command(command)
