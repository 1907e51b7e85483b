"""Made-up graphs for the tests of the page: a plausible one, a hostile one, and the small ones at the edges."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import numpy as np

from kg.model import ROLES, EntityType, Role
from kg.view.atlas import Atlas, Details, GapShown
from kg.view.payload import KINDS, Edge, Evidence, Node, Page, PaperRef
from kg.view.spread import spread

BASE = "https://example.org/concept/"

_TOPICS: dict[str, dict[EntityType, tuple[str, ...]]] = {
    "Parameter-efficient tuning": {
        "Method": (
            "Low-rank adaptation", "Prefix tuning", "Adapter layers", "Prompt tuning", "Quantised adaptation",
            "Weight merging", "Sparse fine-tuning",
        ),
        "Model": ("Larch-7B", "Larch-13B", "Tern-base"),
        "Task": ("Instruction following", "Domain adaptation"),
        "Dataset": ("TaskMix", "PlainSteps"),
        "Metric": ("Trainable parameters",),
        "Concept": ("Catastrophic forgetting", "Intrinsic dimension"),
    },
    "Alignment and preference": {
        "Method": (
            "Preference optimisation", "Reward modelling", "Policy gradient", "Rejection sampling",
            "Constitutional critique", "Best-of-n", "Debate",
        ),
        "Model": ("Heron-chat", "Heron-large"),
        "Task": ("Dialogue", "Safety evaluation", "Summarisation"),
        "Dataset": ("PairwiseHelp", "HarmProbe"),
        "Metric": ("Win rate", "Refusal rate"),
        "Concept": ("Reward hacking", "Sycophancy", "Scalable oversight"),
    },
    "Retrieval and grounding": {
        "Method": (
            "Dense retrieval", "Retrieval augmentation", "Late interaction", "Query rewriting", "Re-ranking",
            "Passage chunking", "Hard negative mining",
        ),
        "Model": ("Osprey-encoder", "Osprey-rank"),
        "Task": ("Open-domain question answering", "Fact checking", "Entity linking"),
        "Dataset": ("WikiTrails", "ClaimBank", "LongPassages"),
        "Metric": ("Recall at 20", "Mean reciprocal rank"),
        "Concept": ("Hallucination", "Attribution", "Vector index"),
    },
    "Vision and language": {
        "Method": (
            "Contrastive pre-training", "Masked autoencoding", "Visual instruction tuning", "Patch embedding",
            "Cross-attention fusion",
        ),
        "Model": ("Kestrel-VL", "Kestrel-mini", "Vision transformer"),
        "Task": ("Image captioning", "Visual question answering", "Segmentation", "Referring expressions"),
        "Dataset": ("StreetScenes-2M", "DiagramQA"),
        "Metric": ("CIDEr-like score", "Mean IoU"),
        "Concept": ("Modality gap", "Zero-shot transfer"),
    },
    "Diffusion and generation": {
        "Method": (
            "Denoising diffusion", "Latent diffusion", "Classifier-free guidance", "Flow matching",
            "Consistency distillation", "Control conditioning",
        ),
        "Model": ("Aurora-XL", "Aurora-turbo"),
        "Task": ("Text-to-image generation", "Image editing", "Video generation"),
        "Dataset": ("CaptionedArt",),
        "Metric": ("Fréchet distance", "Prompt fidelity"),
        "Concept": ("Score function", "Mode collapse"),
    },
    "Efficient inference": {
        "Method": (
            "Speculative decoding", "Key-value cache compression", "Post-training quantisation", "Mixture of experts",
            "Knowledge distillation", "Sparse attention", "Linear attention", "Early exit",
        ),
        "Model": ("Swift-MoE", "Swift-nano"),
        "Task": ("Long-context modelling", "Code generation"),
        "Dataset": ("NeedleTexts", "RepoCompletion"),
        "Metric": ("Perplexity", "Tokens per second", "Pass at 1"),
        "Concept": ("Scaling law", "Attention sink", "Transformer"),
    },
}  # fmt: skip

_TITLES = (
    "{0} meets {1}: a careful study", "Rethinking {0} for {1}", "{0} at scale", "When does {0} help {1}?",
    "Towards robust {0} with {1}", "{0} without tears", "On the limits of {0} in {1}", "A simple baseline for {0}",
)  # fmt: skip


def plausible(seed: int = 4) -> Page:
    """Some 120 entities in six clusters, with papers, years, roles, definitions and sentences."""
    draw = random.Random(seed)
    names: list[tuple[str, EntityType, int]] = [
        (label, kind, cluster)
        for cluster, kinds in enumerate(_TOPICS.values())
        for kind, labels in kinds.items()
        for label in labels
    ]
    weights = {label: 1 + int(90 * draw.random() ** 3.2) for label, _, _ in names}
    papers = []
    for number in range(140):
        home = draw.randrange(len(_TOPICS))
        inside = [n for n in names if n[2] == home]
        outside = [n for n in names if n[2] != home]
        chosen = draw.sample(inside, 4) + draw.sample(outside, 1 if draw.random() < 0.6 else 0)
        first, second = chosen[0][0], chosen[1][0].lower()
        title = draw.choice(_TITLES).format(first, second)
        url = None if number % 9 == 0 else f"https://papers.example.org/{number}"
        papers.append((f"https://example.org/paper/{number}", title, 2017 + number * 9 // 140, url, chosen))
    shared: dict[tuple[str, str], list[str]] = {}
    for _, title, _, _, chosen in papers:
        for i, a in enumerate(chosen):
            for b in chosen[i + 1 :]:
                shared.setdefault((min(a[0], b[0]), max(a[0], b[0])), []).append(title)
    nodes = []
    for label, kind, cluster in names:
        mine = [p for p in papers if any(c[0] == label for c in p[4])]
        refs = tuple(PaperRef(p[0], p[1], p[2], draw.choice(ROLES), p[3]) for p in mine)
        evidence = tuple(sentence(p[0], p[1], label) for p in mine[:6])
        count = max(weights[label], len(mine))
        nodes.append(
            Node(
                iri=iri(label),
                label=label,
                type=kind,
                weight=count,
                cluster=cluster,
                definition=f"{label} is one of the ideas that papers on {list(_TOPICS)[cluster].lower()} build upon.",
                aliases=tuple({"".join(w[0] for w in label.split()).upper(), label.lower()}) if " " in label else (),
                papers=refs,
                paper_count=count,
                evidence=evidence,
                years=tuple((year, sum(p[2] == year for p in mine)) for year in sorted({p[2] for p in mine})),
                roles=tuple((role, n) for role in ROLES if (n := sum(r.role == role for r in refs))),
            )
        )
    home_of = {p[1]: p[0] for p in papers}
    edges = [
        Edge(iri(a), iri(b), len(t), papers=tuple(t[:3]), evidence=(sentence(home_of[t[0]], t[0], f"{a} with {b}"),))
        for (a, b), t in sorted(shared.items())
    ]
    for a, b, weight, kind in (
        ("Quantised adaptation", "Low-rank adaptation", 3, "extends"),
        ("Aurora-turbo", "Consistency distillation", 2, "part_of"),
    ):
        proof = sentence(papers[0][0], papers[0][1], f"{min(a, b)} with {max(a, b)}")
        edges.append(Edge(iri(a), iri(b), weight, kind, directed=True, evidence=(proof,)))
    return Page("Ideas in made-up papers", "Concepts that share papers, 2017 to 2025", tuple(nodes), tuple(edges),
                tuple(_TOPICS))  # fmt: skip


def iri(label: str) -> str:
    return BASE + label.lower().replace(" ", "-")


def sentence(paper: str, title: str, label: str) -> Evidence:
    text = (
        f"🧪 In contrast to earlier work, we show that {label} holds up when the data are scarce and the labels noisy."
    )
    start = text.index(label)
    return Evidence(paper, title, "abstract", text, start, start + len(label))


HOSTILE = (
    "</script><img src=x onerror=\"window.hacked='label'\">",
    "\"quotes\" & 'apostrophes' <b>bold</b>",
    "שלום \u202egnirts desrever\u202c مرحبا",
    "A" * 5000,
    "👩‍👩‍👧‍👦 family 🇪🇺 flag",
    r"$\mathcal{O}(n^2)$ \textbf{LaTeX}",
    "control \x00\x07\x1b and separators \u2028\u2029",
    "<!--<script>",
    "lone \ud800 surrogate",
    "{{ 7*7 }} {% raw %}",
    "javascript:alert(1)",
    "   ",
)


def hostile() -> Page:
    """Every text of the page is an attack or an oddity."""
    nodes = []
    for number, text in enumerate(HOSTILE):
        papers = (
            PaperRef(f"urn:p{number}", text, 2020, "uses", "javascript:window.hacked='url'"),
            PaperRef(f"urn:q{number}", text, None, "introduces", 'https://example.org/"><img src=x>'),
            PaperRef(f"urn:r{number}", text, 2021, "uses", "data:text/html,<script>window.hacked='data'</script>"),
        )
        proof = Evidence(f"urn:p{number}", text, "title", f"{text} and {text}", 0, len(text))
        wrong = Evidence(f"urn:p{number}", text, "title", text, 3, 10**9)
        nodes.append(
            Node(f"urn:{number}:{text[:60]}", text, "Method", 1 + number, 0, text, (text,), papers, 3, (proof, wrong))
        )
    edges = tuple(
        Edge(nodes[0].iri, node.iri, 2, HOSTILE[0], papers=(node.label,), evidence=node.evidence) for node in nodes[1:]
    )
    return Page(HOSTILE[0], HOSTILE[1], tuple(nodes), edges, (HOSTILE[0],))


def star(leaves: int = 12) -> Page:
    """One hub with leaves and nothing else; the hub is the focus."""
    roles: tuple[Role, ...] = ROLES
    hub = Node("urn:hub", "Hub", "Concept", leaves, papers=(PaperRef("urn:p", "One paper", 2024, roles[0]),))
    ring = tuple(Node(f"urn:leaf{n}", f"Leaf {n}", "Method", 1) for n in range(leaves))
    return Page("A star", "", (hub, *ring), tuple(Edge("urn:hub", leaf.iri, 1) for leaf in ring), focus="urn:hub")


def large(count: int, links: int) -> Page:
    """A graph of ``count`` nodes in clusters of some 250, most links inside a cluster."""
    draw = random.Random(1)
    clusters = max(1, count // 250)
    nodes = tuple(
        Node(f"urn:n{i}", f"Concept number {i}", "Method", 1 + int(200 * draw.random() ** 6), i % clusters,
             papers=(PaperRef(f"urn:p{i % 997}", f"Paper {i % 997}", 2020, "uses"),), paper_count=1)
        for i in range(count)
    )  # fmt: skip
    pairs: set[tuple[int, int]] = set()
    while len(pairs) < links:
        a = draw.randrange(count)
        b = (a + clusters * draw.randrange(1, 250)) % count if draw.random() < 0.9 else draw.randrange(count)
        if a != b:
            pairs.add((min(a, b), max(a, b)))
    edges = tuple(Edge(f"urn:n{a}", f"urn:n{b}", 1 + draw.randrange(4)) for a, b in sorted(pairs))
    return Page("Large", "", nodes, edges, tuple(f"Cluster {c}" for c in range(clusters)))


def atlas_of(page: Page) -> Atlas:
    """The same graph as a map."""
    number = {node.iri: i for i, node in enumerate(page.nodes)}
    ends = np.array([[number[e.source], number[e.target]] for e in page.edges], dtype=np.int64).reshape(-1, 2)
    shared = np.array([round(e.weight) for e in page.edges], dtype=np.int64)
    clusters = np.array([-1 if node.cluster is None else node.cluster for node in page.nodes], dtype=np.int64)
    papers = {(r.iri, r.title, r.year, r.url): None for node in page.nodes for r in node.papers}
    place = {key[0]: i for i, key in enumerate(papers)}
    refs = [(i, place[r.iri], ROLES.index(r.role)) for i, node in enumerate(page.nodes) for r in node.papers]
    order = np.argsort(-shared, kind="stable")
    quoted = [e.evidence[0] for e in (*page.nodes, *page.edges) if e.evidence]

    def stand(proofs: Sequence[tuple[Evidence, ...]]) -> Any:
        rows = [(quoted.index(e[0]), e[0].start, e[0].end) if e else (-1, 0, 0) for e in proofs]
        return np.array(rows, dtype=np.int64).reshape(-1, 3)

    details = Details(
        roles=np.array([[dict(node.roles).get(r, 0) for r in ROLES] for node in page.nodes], dtype=np.int64).reshape(
            -1, len(ROLES)
        ),
        years=np.array([(i, y, n) for i, node in enumerate(page.nodes) for y, n in node.years], dtype=np.int64).reshape(
            -1, 3
        ),
        refs=np.array(refs, dtype=np.int64).reshape(-1, 3),
        papers=[(title, year, url) for _, title, year, url in papers],
        texts=[(node.aliases, node.definition) for node in page.nodes],
        quotes=[(place[p.paper], p.field, p.sentence) for p in quoted],
        told=stand([node.evidence for node in page.nodes]),
        joined=stand([page.edges[e].evidence for e in order.tolist()]),
        bridges=[(0, 5.0, (0, 1)), (3, 2.5, (1, 0))] if len(page.clusters) > 1 else [],
        gaps=[GapShown(0, 1, 2, 11.5, ("No paper here mentions both.",), (5,))] if len(page.clusters) > 1 else [],
    )
    return Atlas(
        page.title, page.subtitle, [node.label for node in page.nodes], [node.iri for node in page.nodes],
        np.array([KINDS.index(node.type) for node in page.nodes], dtype=np.int64),
        np.array([round(node.weight) for node in page.nodes], dtype=np.int64), clusters, page.clusters,
        spread(len(page.nodes), ends, shared + 1.0, clusters), ends[order], shared[order], details,
    )  # fmt: skip
