"""The sentences that the report says in its own words: the summary, the method, the limits."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kg import __version__
from kg.analyze import Bridge, Cluster, Event, Evidence, Partition
from kg.report.content import Change, Figures, OpenGap, Statement
from kg.store import Generation

__all__ = ["brief", "count", "excerpt", "happened", "limits", "listed", "method", "summary"]


def listed(words: Sequence[str]) -> str:
    """Words as a list in a sentence.

    >>> listed(["a", "b", "c"]), listed(["a"]), listed([])
    ('a, b and c', 'a', '')
    """
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else "".join(words)


def count(number: int, noun: str) -> str:
    """A number with its noun.

    >>> count(1, "paper"), count(1200, "entity")
    ('1 paper', '1,200 entities')
    """
    many = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{number:,} {noun if number == 1 else many}"


def happened(event: Event) -> str:
    """What happens to fields, in words.

    >>> happened(Event("merge", 0, (0, 1), ("A", "B"), (2,), ("C",)))
    '“A” + “B” merge into “C”'
    """
    before, after = (" + ".join(map(short, names)) for names in (event.before_names, event.after_names))
    return {
        "continuation": f"{before} goes on as {after}",
        "split": f"{before} splits into {after}",
        "merge": f"{before} merge into {after}",
        "birth": f"{after} is new",
        "death": f"{before} has no heir",
    }[event.kind]


def excerpt(proof: Evidence, words: int = 24) -> tuple[str, str, str]:
    """Of a sentence what stands before, in and after the mention, cut to about so many words around it.

    >>> proof = Evidence("p", "t", None, "abstract", 0, "One two three four LoRA six seven eight.", 19, 23)
    >>> excerpt(proof, 5), excerpt(proof)
    (('… three four ', 'LoRA', ' six seven …'), ('One two three four ', 'LoRA', ' six seven eight.'))
    """
    text = proof.sentence
    left = [m.start() for m in re.finditer(r"\S+", text[: proof.start])]
    right = [proof.end + m.end() for m in re.finditer(r"\S+", text[proof.end :])]
    room = max(words - len(text[proof.start : proof.end].split()), 2)
    first, last = 0, len(text)
    if len(left) + len(right) > room + 2:
        # What one side does not need the other has.
        before = min(len(left), max(room // 2, room - len(right)))
        after = min(len(right), room - before)
        first = 0 if before == len(left) else left[-before] if before else proof.start
        last = len(text) if after == len(right) else right[after - 1] if after else proof.end
    return (
        ("… " if first else "") + text[first : proof.start],
        text[proof.start : proof.end],
        text[proof.end : last] + (" …" if last < len(text) else ""),
    )


def short(name: str) -> str:
    """The name of a field in a sentence.

    >>> short("KV Cache · Attention · Latency")
    '“KV Cache · Attention”'
    """
    return f"“{brief(name)}”"


def brief(name: str) -> str:
    """The first two terms of the name of a field.

    >>> brief("KV Cache · Attention · Latency")
    'KV Cache · Attention'
    """
    return " · ".join(name.split(" · ")[:2])


def summary(
    figures: Figures,
    clusters: Sequence[Cluster],
    bridges: Sequence[Bridge],
    gaps: Sequence[OpenGap],
    change: Change | None,
) -> tuple[Statement, ...]:
    """The report in a few sentences."""
    said = [_size(figures)]
    if clusters:
        largest = sorted(clusters, key=lambda c: (-c.papers, c.id))[:3]
        said.append(
            Statement(
                f"They fall into {count(len(clusters), 'field')}. The largest: "
                + listed([f"{short(c.name)} ({count(c.papers, 'paper')})" for c in largest])
                + ".",
                tuple(e.evidence for c in largest for e in c.examples[:1] if e.evidence),
            )
        )
    else:
        said.append(Statement("No two entities stand in papers together more than chance gives: no fields."))
    if bridges:
        first = bridges[0]
        said.append(
            Statement(
                f"What joins fields most beyond chance: {first.label}, between {short(first.sides[0].name)}"
                f" and {short(first.sides[1].name)}.",
                tuple(s for side in first.sides[:2] for s in side.evidence),
            )
        )
    if gaps:
        widest = gaps[0]
        said.append(
            Statement(
                f"The surest gap: {short(widest.one_name)} and {short(widest.other_name)} meet in"
                f" {count(widest.observed, 'paper')} where {widest.expected:.1f} would by chance.",
                tuple(s for c in widest.closers[:1] for s in c.evidence),
            )
        )
    if change and change.rising:
        top = change.rising[:3]
        said.append(
            Statement(
                f"Rising in {change.recent}: {listed([r.named.label for r in top])}.",
                tuple(r.named.evidence for r in top if r.named.evidence),
            )
        )
    return tuple(said)


def _size(figures: Figures) -> Statement:
    named = f"{count(figures.papers, 'paper')} {'names' if figures.papers == 1 else 'name'}"
    if not figures.entities:
        return Statement(f"{named} nothing that is known here: no method, model, task, data set, metric or concept.")
    span = ""
    if figures.first and figures.last:
        first, last = figures.first[:4], figures.last[:4]
        span = f" of {first}" if first == last else f" of {first} to {last}"
    papers = f"{count(figures.papers, 'paper')}{span} {'names' if figures.papers == 1 else 'name'}"
    kinds = listed([count(t.entities, t.type.lower()) for t in sorted(figures.types, key=lambda t: -t.entities)[:3]])
    return Statement(
        f"{papers} {count(figures.entities, 'entity')}: {kinds}" + (" among them." if len(figures.types) > 3 else ".")
    )


def method(generation: Generation, found: Partition, change: Change | None) -> tuple[str, ...]:
    """How what the report says was found."""
    said = [
        f"kg {__version__} read titles and abstracts ({generation.manifest['extractor'][:40]}).",
        "Fields are communities (Leiden) of entities that share more papers than chance gives, or share them with the"
        " same others; each is named by its own terms (log-odds). A paper belongs to the field of most of its entities,"
        " the rare ones weighing more.",
        "Themes follow Callon's centrality and density (1991), parted at the medians.",
        "A bridge is tied to two fields more than a random network of the same degrees allows; a gap is a pair of"
        " fields with at most half the papers in common that their other meetings lead one to expect.",
    ]
    if change:
        said.append(
            f"Growth sets an entity's share of the papers of {change.recent} against that of the years before; rises of"
            " two standard errors or more are listed."
        )
    if change and change.evolution:
        said.append(
            "For the evolution each slice of time is cut into fields on its own; fields of neighbouring slices are"
            " joined that share entities beyond chance."
        )
    return tuple(said)


def limits(figures: Figures, found: Partition, change: Change | None) -> tuple[str, ...]:
    """What the report cannot say."""
    said = ["Only titles and abstracts were read: what stands in the full text alone is not seen."]
    if figures.entities:
        said.append(
            f"{figures.known:,} of {figures.entities:,} entities stand in the vocabulary; the others are names that the"
            " papers give, and some are wrong or the same thing twice."
        )
    if figures.papers_without_abstract:
        said.append(f"{count(figures.papers_without_abstract, 'paper')} came without an abstract.")
    if found.size:
        said.append(
            f"{figures.placed:,} of {figures.papers:,} papers are placed in a field; where fields end is a choice of"
            " the resolution, and a paper may be of two."
        )
    if figures.papers - figures.papers_with_entities:
        nothing = figures.papers - figures.papers_with_entities
        said.append(f"{count(nothing, 'paper')} {'names' if nothing == 1 else 'name'} nothing that is known here.")
    if change and change.undated:
        said.append(f"{count(change.undated, 'paper')} without a date count nowhere in what is new or rising.")
    said.append("“No paper here” means none of this corpus, not none at all.")
    return tuple(said)
