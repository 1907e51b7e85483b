"""The report as Markdown: what GitHub shows and any editor reads, with footnotes for papers and sentences."""

from __future__ import annotations

import re
from collections.abc import Iterable

from kg.analyze import Bridge, Cluster, Evidence, MappedTheme
from kg.report.content import LARGE, Change, OpenGap, Report, own_terms, read_first
from kg.report.words import brief, count, excerpt, happened

__all__ = ["to_markdown"]

# Smaller fields that are named.
_SMALL = 15

# What Markdown or the HTML in it would obey, wherever it stands.
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~$&])")


def to_markdown(report: Report) -> str:
    """The report as text; the same report gives the same text, to the letter."""
    write = _Writer(report)
    parts = [f"# {_text(report.title)}", write.figures(), "## In short", write.short()]
    if report.figures.types:
        parts += ["## What the papers name", *write.named()]
    if report.clusters:
        parts += ["## The fields", *write.fields()]
    if len(report.clusters) > 1:
        parts += ["## What joins the fields", *write.bridges(), "## What is missing", *write.gaps()]
    parts += ["## New and rising", *(write.change(report.change) if report.change else [_text(report.no_change)])]
    parts += ["## How it was found", _points(map(_text, report.method))]
    parts += ["## What it cannot say", _points(map(_text, report.limits))]
    if report.papers:
        parts += ["## Papers and sentences", write.papers()]
    return "\n\n".join(parts) + "\n"


class _Writer:
    """Writes the parts of one report; knows its papers and fields by number."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._papers = {p.iri: p.number for p in report.papers}
        self._numbers = {theme.cluster: i for i, theme in enumerate(report.map.themes, 1)}

    def refs(self, proofs: Iterable[Evidence | None]) -> str:
        numbers = dict.fromkeys(self._papers[p.paper] for p in proofs if p)
        return "".join(f"[^{n}]" for n in numbers)

    def field(self, cluster: int, name: str) -> str:
        return f"**{self._numbers[cluster]}. {_text(brief(name))}**"

    def figures(self) -> str:
        f = self._report.figures
        dates = f"{f.first[:4]} to {f.last[:4]}" if f.first and f.last else "no dates"
        return " · ".join(
            [
                count(f.papers, "paper"), count(f.entities, "entity"), count(f.mentions, "mention"),
                count(len(self._report.clusters), "field"), dates,
            ]
        )  # fmt: skip

    def short(self) -> str:
        return _points(f"{_text(s.text)} {self.refs(s.evidence)}".rstrip() for s in self._report.summary)

    def named(self) -> list[str]:
        rows = ["| Type | Entities | Named most (papers) |", "| --- | ---: | --- |"]
        for kind in self._report.figures.types:
            top = ", ".join(f"{_text(n.label)} ({n.papers:,}){self.refs([n.evidence])}" for n in kind.top)
            rows.append(f"| {kind.type} | {kind.entities:,} | {top} |")
        return ["\n".join(rows)]

    def fields(self) -> list[str]:
        by_id = {c.id: c for c in self._report.clusters}
        themes = self._report.map.themes
        found = ["\n".join(self._field(t, by_id[t.cluster]) for t in themes[:LARGE])]
        if themes[LARGE:]:
            named, more = themes[LARGE:][:_SMALL], max(len(themes) - LARGE - _SMALL, 0)
            small = "; ".join(f"{self._numbers[t.cluster]}. {_text(brief(t.name))} ({t.papers:,})" for t in named)
            found.append(f"Smaller fields, with their papers: {small}{f'; and {more} more' if more else ''}.")
        return found

    def _field(self, theme: MappedTheme, cluster: Cluster) -> str:
        terms = ", ".join(_text(t.label) for t in own_terms(cluster))
        papers = "; ".join(f"{_text(e.title)}{self.refs([e.evidence])}" for e in read_first(cluster))
        line = (
            f"{self._numbers[cluster.id]}. **{_text(cluster.name)}** ({theme.theme}, {count(cluster.papers, 'paper')})"
        )
        return line + (f": {terms}." if terms else ".") + (f" Read: {papers}" if papers else "")

    def bridges(self) -> list[str]:
        if not self._report.bridges:
            return ["Nothing joins two fields more than chance gives."]
        return [self._bridge(b) for b in self._report.bridges]

    def _bridge(self, bridge: Bridge) -> str:
        head = (
            f"### {_text(bridge.label)}\n\n{bridge.type}, {count(bridge.papers, 'paper')}, {bridge.ratio:.1f} times"
            " the expected ties."
        )
        sides = [
            f"{self.field(side.cluster, side.name)}, {count(side.papers, 'paper')}\n"
            + "\n".join(f"  > {_marked(*excerpt(proof))} {self.refs([proof])}" for proof in side.evidence[:1])
            for side in bridge.sides[:2]
        ]
        return f"{head}\n\n{_points(sides)}"

    def gaps(self) -> list[str]:
        if not self._report.gaps:
            return ["No two fields share far fewer papers than expected."]
        return [self._gap(g) for g in self._report.gaps]

    def _gap(self, gap: OpenGap) -> str:
        text = (
            f"{self.field(gap.one, gap.one_name)} and {self.field(gap.other, gap.other_name)}:"
            f" {count(gap.observed, 'paper')} together, {gap.expected:.1f} expected."
        )
        lines = [f"{_text(q.text)} {_text(q.about.statement)}" for q in gap.questions]
        if gap.closers:
            both = ", ".join(f"{_text(c.label)} ({c.papers:,}){self.refs(c.evidence)}" for c in gap.closers)
            lines.append(f"Named with both already: {both}")
        return f"{text}\n\n{_points(lines)}" if lines else text

    def change(self, change: Change) -> list[str]:
        found = []
        if change.undated:
            found.append(f"{count(change.undated, 'paper')} without a date count nowhere here.")
        if change.rising:
            rows = ["| Rising | Papers | First | Share grew |", "| --- | ---: | --- | ---: |"]
            for r in change.rising:
                grew = "new" if r.first[:4] >= change.recent[:4] else f"{r.growth:.1f} ×"
                rows.append(
                    f"| {_text(r.named.label)}{self.refs([r.named.evidence])} | {r.named.papers:,} | {r.first} |"
                    f" {grew} |"
                )
            found += [f"Rising in {change.recent}:", "\n".join(rows)]
        if change.new:
            found += [
                f"First named since {change.since}:",
                _points(f"{_text(n.label)}, {count(n.papers, 'paper')} {self.refs(n.evidence)}" for n in change.new),
            ]
        if change.meetings:
            found += [
                f"First together since {change.since}:",
                _points(
                    f"{_text(m.one_label)} with {_text(m.other_label)}, {count(m.papers, 'paper')}"
                    f" {self.refs(m.evidence)}"
                    for m in change.meetings
                ),
            ]
        if change.evolution:
            stages = change.evolution.stages
            found += [
                "How the fields came about, the largest changes:",
                _points(f"{stages[e.stage + 1].since}: {_text(happened(e))}" for e in change.events),
            ]
        return found or ["Nothing rises, and nothing is new that more than one paper names."]

    def papers(self) -> str:
        lines = []
        for p in self._report.papers:
            title = f"[{_text(p.title)}](<{_address(p.url)}>)" if p.url else f"**{_text(p.title)}**"
            said = " ".join(f"“{_marked(*excerpt(s, len(s.sentence)))}”" for s in p.sentences)
            lines.append(f"[^{p.number}]: {title}{f' ({p.issued})' if p.issued else ''}. {said}")
        return "\n".join(lines)


def _points(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def _text(text: str) -> str:
    r"""Text on one line that Markdown takes as it is.

    >>> _text("a*b <i>\nc")
    'a\\*b \\<i\\> c'
    """
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


def _marked(before: str, mention: str, after: str) -> str:
    """A sentence with the mention in bold."""
    space = " " if before[-1:].isspace() else "", " " if after[:1].isspace() else ""
    return f"{_text(before)}{space[0]}**{_text(mention)}**{space[1]}{_text(after)}"


def _address(url: str) -> str:
    """An address that ends nowhere but at its bracket."""
    return re.sub(r"[\s<>]", "", url)
