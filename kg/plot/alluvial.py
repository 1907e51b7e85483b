"""Where the boxes and ribbons of an alluvial diagram go: clusters by slice of time, and what flows between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kg.analyze import Evolution, Flow

__all__ = ["Alluvial", "Node", "Ribbon", "alluvial"]

_SWEEPS = 8


@dataclass(frozen=True, slots=True)
class Node:
    """A cluster: its stage, its number there, its top and bottom; ``line`` is its line of descent."""

    stage: int
    cluster: int
    name: str
    papers: int
    top: float
    bottom: float
    line: int


@dataclass(frozen=True, slots=True)
class Ribbon:
    """A flow: the stretch of the box that it leaves, and of the one that it enters, top and bottom of each."""

    stage: int
    source: int
    target: int
    leaves: tuple[float, float]
    enters: tuple[float, float]
    line: int
    flow: Flow


@dataclass(frozen=True, slots=True)
class Alluvial:
    """A laid out diagram; ``hidden`` clusters were too many to show."""

    nodes: tuple[Node, ...]
    ribbons: tuple[Ribbon, ...]
    hidden: int


def alluvial(found: Evolution, height: float, *, gap: float, least: float, most: int = 14) -> Alluvial:
    """Lays an evolution out.

    A box is as high as its cluster has entities, a ribbon as wide as the two share: so ribbons never need more room
    than their box has. Clusters stand so that ribbons cross little (the barycentre heuristic). A line of descent goes
    on in the heir that takes most, where that one has most from it too.

    :param height: of the diagram, with y downwards
    :param gap: between boxes
    :param least: least height of a box
    :param most: clusters of a stage that are shown, those with most papers
    """
    shown = [[c.id for c in sorted(stage.clusters, key=lambda c: (-c.papers, c.id))[:most]] for stage in found.stages]
    kept = [f for f in found.flows if f.source in shown[f.stage] and f.target in shown[f.stage + 1]]
    hidden = sum(len(stage.clusters) - len(ids) for stage, ids in zip(found.stages, shown, strict=True))
    orders = _ordered(shown, kept)
    lines = _lines(orders, kept)
    sizes = [{c.id: c.size for c in stage.clusters} for stage in found.stages]
    scale = min(
        ((height - gap * (len(ids) - 1)) / max(sum(sizes[s][c] for c in ids), 1) for s, ids in enumerate(orders)),
        default=1.0,
    )
    nodes: dict[tuple[int, int], Node] = {}
    for number, ids in enumerate(orders):
        names = {c.id: c for c in found.stages[number].clusters}
        heights = _heights([sizes[number][c] * scale for c in ids], height - gap * (len(ids) - 1), least)
        y = (height - sum(heights) - gap * (len(ids) - 1)) / 2
        for cluster, tall in zip(ids, heights, strict=True):
            about = names[cluster]
            nodes[number, cluster] = Node(
                number, cluster, about.name, about.papers, y, y + tall, lines[number, cluster]
            )
            y += tall + gap
    return Alluvial(tuple(nodes.values()), tuple(_ribbons(nodes, sizes, kept)), hidden)


def _ordered(shown: Sequence[Sequence[int]], flows: Sequence[Flow]) -> list[list[int]]:
    """The clusters of each stage from top to bottom."""
    orders = [list(ids) for ids in shown]
    for sweep in range(_SWEEPS):
        down = sweep % 2 == 0
        for number in range(1, len(orders)) if down else range(len(orders) - 2, -1, -1):
            beside = orders[number - 1 if down else number + 1]
            places = {c: i / max(len(beside) - 1, 1) for i, c in enumerate(beside)}
            pulls: dict[int, list[tuple[float, int]]] = {c: [] for c in orders[number]}
            for flow in flows:
                if down and flow.stage == number - 1:
                    pulls[flow.target].append((places[flow.source], flow.shared))
                elif not down and flow.stage == number:
                    pulls[flow.source].append((places[flow.target], flow.shared))
            own = {c: i / max(len(orders[number]) - 1, 1) for i, c in enumerate(orders[number])}
            middle = {c: sum(p * w for p, w in to) / sum(w for _, w in to) if to else own[c] for c, to in pulls.items()}
            orders[number].sort(key=lambda c, middle=middle, own=own: (middle[c], own[c]))  # type: ignore[misc]
    return orders


def _lines(orders: Sequence[Sequence[int]], flows: Sequence[Flow]) -> dict[tuple[int, int], int]:
    """The line of descent of each cluster, by stage and number."""
    best_heir: dict[tuple[int, int], Flow] = {}
    best_forebear: dict[tuple[int, int], Flow] = {}
    for flow in sorted(flows, key=lambda f: (-f.shared, f.stage, f.source, f.target)):
        best_heir.setdefault((flow.stage, flow.source), flow)
        best_forebear.setdefault((flow.stage + 1, flow.target), flow)
    lines: dict[tuple[int, int], int] = {}
    count = 0
    for number, ids in enumerate(orders):
        for cluster in ids:
            nearest = best_forebear.get((number, cluster))
            if nearest is not None and best_heir[nearest.stage, nearest.source] is nearest:
                lines[number, cluster] = lines[nearest.stage, nearest.source]
            else:
                lines[number, cluster] = count
                count += 1
    return lines


def _heights(wanted: Sequence[float], room: float, least: float) -> list[float]:
    """Heights of at least ``least`` that fit the room; the high ones give what the low ones need."""
    floor = min(least, room / max(len(wanted), 1))
    heights = [max(tall, floor) for tall in wanted]
    over = sum(heights) - room
    if over > 0:
        spare = sum(tall - floor for tall in heights)
        heights = [tall - over * (tall - floor) / spare for tall in heights]
    return heights


def _ribbons(
    nodes: dict[tuple[int, int], Node], sizes: Sequence[dict[int, int]], flows: Sequence[Flow]
) -> list[Ribbon]:
    leaving: dict[tuple[int, int], float] = {}
    entering: dict[tuple[int, int], float] = {}
    ways: dict[int, tuple[float, float]] = {}
    for flow in sorted(flows, key=lambda f: (f.stage, nodes[f.stage, f.source].top, nodes[f.stage + 1, f.target].top)):
        node = nodes[flow.stage, flow.source]
        start = leaving.get((flow.stage, flow.source), node.top)
        end = start + (node.bottom - node.top) * flow.shared / sizes[flow.stage][flow.source]
        leaving[flow.stage, flow.source] = end
        ways[id(flow)] = (start, end)
    found = []
    for flow in sorted(flows, key=lambda f: (f.stage, nodes[f.stage + 1, f.target].top, nodes[f.stage, f.source].top)):
        node = nodes[flow.stage + 1, flow.target]
        start = entering.get((flow.stage, flow.target), node.top)
        end = start + (node.bottom - node.top) * flow.shared / sizes[flow.stage + 1][flow.target]
        entering[flow.stage, flow.target] = end
        line = nodes[flow.stage, flow.source].line
        found.append(Ribbon(flow.stage, flow.source, flow.target, ways[id(flow)], (start, end), line, flow))
    return found
