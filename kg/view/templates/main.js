// Selection, theme, the tools of the view, the address, and the start.

const gently = (duration) => !still && { duration, easingFunction: "easeInOutQuad" };

function select(i, { move = false, address = true, focus = true } = {}) {
  state.node = i;
  state.edge = null;
  state.near = new Set(i === null ? [] : adjacent[i].map(([, other]) => other));
  if (i === null) {
    network.unselectAll();
    hidePanel();
    moveBack();
    tell();
  } else {
    endHover();
    network.selectNodes([i]);
    openFilters(false);
    showPanel(nodePanel(i), focus);
    tell(`${short(names[i], 60)}: ${plural(data.nodes[i].count || data.nodes[i].weight, "paper")}, ${plural(adjacent[i].length, "link")}`);
    bringIntoView(i, move);
  }
  if (address) setAddress(i);
  markCurrent();
  paintEdges();
}

function selectEdge(e) {
  state.node = null;
  state.edge = e;
  state.near = new Set();
  endHover();
  network.setSelection({ nodes: [], edges: [e] }, { highlightEdges: false });
  showPanel(edgePanel(e));
  const { source, target, weight } = data.edges[e];
  tell(`Link between ${short(names[source], 40)} and ${short(names[target], 40)}: ${plural(weight, "paper")}`);
  setAddress(null);
  markCurrent();
  paintEdges();
}

// The middle of the part of the canvas that the panel leaves free, as an offset from the middle of the canvas.
function freeMiddle() {
  const graph = graphBox.getBoundingClientRect();
  const covered = panel.hidden ? null : panel.getBoundingClientRect();
  if (!covered) return { x: 0, y: 0 };
  return narrow.matches ? { x: 0, y: -(graph.bottom - covered.top) / 2 } : { x: -(graph.right - covered.left) / 2, y: 0 };
}

// Where the view was before the page itself moved it; whoever moves it by hand keeps what they chose.
let before = null;
for (const event of ["zoom", "dragStart"]) network.on(event, () => { before = null; });

function bringIntoView(i, always) {
  const at = network.canvasToDOM(network.getPosition(i));
  const free = freeMiddle();
  const seen = at.x > 20 && at.y > 20 && at.x < graphBox.clientWidth + 2 * free.x - 20 && at.y < graphBox.clientHeight + 2 * free.y - 20;
  if (seen && !always) return;
  before ??= { position: network.getViewPosition(), scale: network.getScale() };
  show([i, ...[...state.near].filter((other) => state.shown[other])]);
}

function moveBack() {
  if (before) network.moveTo({ ...before, animation: gently(250) });
  before = null;
}

// Bring nodes into view, with room for labels at the sides and for the tools below, beside the panel where it is open.
function show(nodes, animated = true) {
  if (!nodes.length) return;
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const i of nodes) {
    const { x, y } = network.getPosition(i);
    left = Math.min(left, x - sizes[i]);
    right = Math.max(right, x + sizes[i]);
    top = Math.min(top, y - sizes[i]);
    bottom = Math.max(bottom, y + sizes[i]);
  }
  const free = freeMiddle();
  const pad = { x: narrow.matches ? 24 : 64, top: 42, bottom: panel.hidden || !narrow.matches ? 66 : 48 };
  const room = { x: graphBox.clientWidth + 2 * free.x - 2 * pad.x, y: graphBox.clientHeight + 2 * free.y - pad.top - pad.bottom };
  const scale = Math.min(room.x / (right - left), room.y / (bottom - top), 1.6);
  network.moveTo({
    position: { x: (left + right) / 2, y: (top + bottom) / 2 }, scale: Math.max(scale, 0.01),
    offset: { x: free.x, y: free.y + (pad.top - pad.bottom) / 2 }, animation: animated && gently(250),
  });
}
const fitAll = (animated) => show(ranked.filter((i) => state.shown[i]), animated);

function zoom(factor) {
  network.moveTo({ scale: Math.min(8, Math.max(0.02, network.getScale() * factor)), animation: gently(150) });
}

// The address: #node=IRI
let written = null;
function setAddress(i) {
  const wantedHash = i === null ? "" : `#node=${encodeURIComponent(visible(data.nodes[i].iri))}`;
  if (location.hash === wantedHash) return;
  written = wantedHash;
  location.hash = wantedHash;
}

function fromAddress() {
  const match = /^#node=(.*)$/s.exec(location.hash);
  if (!match) return undefined;
  try {
    const iri = decodeURIComponent(match[1]);
    return numberOf.get(iri) ?? data.nodes.findIndex((node) => visible(node.iri) === iri);
  } catch {
    return -1;
  }
}

addEventListener("hashchange", () => {
  if (location.hash === (written ?? "-")) { written = null; return; }
  written = null;
  const i = fromAddress();
  if (i === undefined) { if (state.node !== null) select(null, { address: false }); }
  else if (i >= 0) select(i, { move: true, address: false });
  else tell(`The address names a ${data.noun} that this page does not hold.`);
});

function repaint() {
  legend();
  listNodes();
  paintEdges();
}
document.addEventListener("kg-theme", repaint);

function openFilters(open) {
  byId("filters").classList.toggle("open", open);
  byId("filters-switch").setAttribute("aria-expanded", String(open));
}
byId("filters-switch").addEventListener("click", () => openFilters(!byId("filters").classList.contains("open")));
byId("filters-close").addEventListener("click", () => { openFilters(false); byId("filters-switch").focus(); });
document.querySelector(".skip").addEventListener("click", () => { if (narrow.matches) openFilters(true); });

byId("zoom-in").addEventListener("click", () => zoom(1.4));
byId("zoom-out").addEventListener("click", () => zoom(1 / 1.4));
byId("fit").addEventListener("click", () => fitAll());
byId("physics").addEventListener("click", (event) => {
  const on = event.currentTarget.getAttribute("aria-pressed") !== "true";
  event.currentTarget.setAttribute("aria-pressed", String(on));
  byId("restore").hidden = false;
  network.setOptions({ physics: { ...data.network.options.physics, enabled: on } });
});
byId("restore").addEventListener("click", () => {
  if (byId("physics").getAttribute("aria-pressed") === "true") byId("physics").click();
  vertices.update(data.network.nodes.map(({ id, x, y }) => ({ id, x, y })));
  byId("restore").hidden = true;
  byId("physics").focus();
  fitAll();
});
byId("png").addEventListener("click", savePicture);

const tip = byId("tip");
function showTip(lines, at) {
  tip.replaceChildren(...lines.map((line) => said("div", line)));
  tip.hidden = false;
  const box = graphBox.getBoundingClientRect();
  tip.style.left = `${Math.max(4, Math.min(at.x + 14, box.width - tip.offsetWidth - 4))}px`;
  tip.style.top = `${Math.max(4, Math.min(at.y + 16, box.height - tip.offsetHeight - 4))}px`;
}
network.on("hoverNode", ({ node, pointer }) => {
  state.hovered = node;
  graphBox.classList.add("busy");
  const { type, count: papers, weight } = data.nodes[node];
  showTip([names[node], `${type}, ${plural(papers || weight, "paper")}, ${plural(adjacent[node].length, "link")}`], pointer.DOM);
  network.redraw();
});
network.on("hoverEdge", ({ edge, pointer }) => {
  const { source, target, weight, kind } = data.edges[edge];
  graphBox.classList.add("busy");
  const between = kind === "co-occurrence" ? "and" : kind.replaceAll("_", " ");
  showTip([`${short(names[source], 50)} ${between} ${short(names[target], 50)}`, plural(weight, "shared paper")], pointer.DOM);
});
const endHover = () => {
  state.hovered = null;
  tip.hidden = true;
  graphBox.classList.remove("busy");
  network.redraw();
};
for (const event of ["blurNode", "blurEdge", "dragStart", "zoom"]) network.on(event, endHover);
network.on("dragEnd", ({ nodes }) => { if (nodes.length) byId("restore").hidden = false; });
network.on("click", ({ nodes, edges }) => {
  if (nodes.length) select(nodes[0]);
  else if (edges.length) selectEdge(edges[0]);
  else if (state.node !== null || state.edge !== null) select(null);
});
addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  if (!panel.hidden) select(null);
  else if (byId("filters").classList.contains("open")) byId("filters-close").click();
});

ranges();
repaint();
applyFilters();
graphBox.querySelector(".vis-network").setAttribute("role", "application");
graphBox.querySelector(".vis-network").setAttribute("aria-label",
  `Drawing of the graph: ${plural(count, data.noun)}, ${plural(data.edges.length, "link")}. Arrow keys move the view, plus and minus zoom; the list of ${data.noun}s holds the same.`);
network.setSize("100%", "100%");
fitAll(false);

// For scripts and tests: where things are on the screen, and what is shown.
window.kgPage = {
  nodePosition(iri) {
    const i = numberOf.get(iri);
    const box = graphBox.getBoundingClientRect();
    const at = network.canvasToDOM(network.getPosition(i));
    return { x: box.left + at.x, y: box.top + at.y };
  },
  edgePosition(number) {
    const { source, target } = data.edges[number];
    const a = this.nodePosition(data.nodes[source].iri);
    const b = this.nodePosition(data.nodes[target].iri);
    return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
  },
  select: (iri) => select(iri === null ? null : numberOf.get(iri), { move: true }),
  shown: () => data.nodes.filter((_, i) => state.shown[i]).map((node) => node.iri),
  labels: () => placed.map(({ x, y, w, h, lines: text }) => ({ x, y, w, h, text: text.join(" ") })),
};

const asked = fromAddress();
if (asked >= 0) select(asked, { move: true, address: false, focus: false });
else if (asked === undefined && data.focus !== null) select(data.focus, { move: true, address: false, focus: false });
else if (asked === -1) tell(`The address names a ${data.noun} that this page does not hold.`);
