// Selection, hover, the tools of the view, the address, and the start.

function select(i, { move = false, address = true, focus = true, hide = true } = {}) {
  state.node = i;
  state.edge = null;
  const ties = i === null ? [] : tiesOf(i);
  state.near = new Set(ties.map(([, other]) => other));
  endHover();
  if (i === null) {
    if (hide) hidePanel();
    tell();
  } else {
    openFilters(false);
    showPanel(nodePanel(i), focus);
    tell(`${short(nameOf(i), 60)}: ${plural(node.papers[i], "paper")}, ${plural(ties.length, TIE)}`);
    bringIntoView(i, move);
  }
  if (address) settled();
  markCurrent();
  redraw();
}

function selectEdge(e) {
  Object.assign(state, { node: null, edge: e, near: new Set() });
  endHover();
  showPanel(edgePanel(e));
  const edge = edgeOf(e);
  tell(`Link between ${short(nameOf(edge.source), 40)} and ${short(nameOf(edge.target), 40)}: ${plural(edge.weight, "paper")}`);
  moveTo(target(...bounds([edge.source, edge.target]), view.fit * 12));
  markCurrent();
}

// To the node and its nearest neighbours, when it is not in sight or was asked for by name.
function bringIntoView(i, always) {
  const [x, y] = toScreen(node.x[i], node.y[i]);
  const free = freeMiddle();
  const seen = x > 24 && y > 24 && x < width + 2 * free.x - 24 && y < height + 2 * free.y - 24;
  if (seen && !always) return;
  const near = [...state.near].filter((other) => state.shown[other])
    .sort((a, b) => Math.hypot(node.x[a] - node.x[i], node.y[a] - node.y[i]) - Math.hypot(node.x[b] - node.x[i], node.y[b] - node.y[i]));
  moveTo(target(...bounds([i, ...near.slice(0, Math.max(4, near.length >> 1))]), view.fit * 9));
}

// The node under a point: the smallest of those that reach it, as small ones are drawn below large ones.
function nodeAt(x, y, slack) {
  const at = ratioNow();
  let [best, least] = [null, Infinity];
  if (!sx || sx.length !== count) return null;
  for (let i = 0; i < count; i++) {
    if (!state.shown[i]) continue;
    const dx = sx[i] * at - x;
    if (dx > 40 || dx < -40) continue;
    const dy = sy[i] * at - y;
    const far = Math.sqrt(dx * dx + dy * dy) - sr[i] * at;
    if (far < slack && far < least) [best, least] = [i, far];
  }
  return best;
}

function clickAt(x, y, slack) {
  const i = nodeAt(x, y, slack);
  if (i !== null && more) return select(i);
  const name = placed.find((box) => x >= box.x && x <= box.x + box.w && y >= box.y && y <= box.y + box.h);
  if (name?.node !== undefined && more) return select(name.node);
  if (name?.cluster !== undefined) {
    const members = [];
    for (let k = 0; k < count; k++) if (node.cluster[k] === name.cluster && state.shown[k]) members.push(k);
    // Stragglers would widen the view for all: nine tenths of the cluster are brought into it.
    const { x: cx, y: cy } = clusterCentres[name.cluster];
    members.sort((a, b) => Math.hypot(node.x[a] - cx, node.y[a] - cy) - Math.hypot(node.x[b] - cx, node.y[b] - cy));
    return moveTo(target(...bounds(members.slice(0, Math.ceil(members.length * 0.9))), view.fit * 12));
  }
  if (state.node !== null || state.edge !== null || !panel.hidden) select(null);
}

const tip = byId("tip");
function hoverAt(x, y) {
  const i = nodeAt(x, y, 4);
  if (i === state.hovered) return;
  state.hovered = i;
  sheet.classList.toggle("busy", i !== null);
  tip.hidden = i === null;
  if (i !== null) {
    const papers = plural(state.weight[i], "paper");
    const cluster = node.cluster[i] < 0 ? null : clusterName(node.cluster[i]);
    tip.replaceChildren(...[nameOf(i), `${typeOf(i)}, ${papers}`, cluster].filter(Boolean).map((text) => said("div", text)));
    tip.style.left = `${Math.max(4, Math.min(x + 14, width - tip.offsetWidth - 4))}px`;
    tip.style.top = `${Math.max(4, Math.min(y + 16, height - tip.offsetHeight - 4))}px`;
  }
  redraw();
}

function endHover() {
  if (state.hovered === null) return;
  state.hovered = null;
  tip.hidden = true;
  sheet.classList.remove("busy");
  redraw();
}

// The address: what is selected and where one looks, so that a link shows the same.
let addressTimer = 0;
let written = "";
function settled() {
  clearTimeout(addressTimer);
  addressTimer = setTimeout(() => {
    if (!more || !count) return;
    const parts = [];
    if (state.node !== null) parts.push(`node=${encodeURIComponent(visible(iriOf(state.node)))}`);
    if (Math.abs(Math.log2(zoomLevel())) > 0.02 || parts.length) parts.push(`at=${upright(view.x, view.y).map((v) => v.toFixed(4))},${zoomLevel().toFixed(2)}`);
    written = parts.length ? `#${parts.join("&")}` : "";
    if (location.hash !== written) history.replaceState(null, "", written || location.pathname + location.search);
  }, 250);
}

function fromAddress() {
  const found = new Map(location.hash.slice(1).split("&").map((part) => [part.split("=")[0], part.slice(part.indexOf("=") + 1)]));
  const at = /^(-?[\d.]+),(-?[\d.]+),([\d.]+)$/.exec(found.get("at") ?? "")?.slice(1).map(Number);
  let i;
  if (found.has("node")) {
    try {
      const iri = decodeURIComponent(found.get("node"));
      i = more.iris.findIndex((end) => more.base[0] + end === iri || visible(more.base[0] + end) === iri);
    } catch {
      i = -1;
    }
  }
  return { i, at: at && at.every(Number.isFinite) && at[2] > 0 ? at : null };
}

function follow(animated) {
  const { i, at } = fromAddress();
  if (i >= 0) select(i, { move: !at, address: false, focus: false });
  else if (state.node !== null) select(null, { address: false });
  const [x, y] = at ? upright(at[0], at[1]) : [0, 0];
  if (at) moveTo({ x, y, k: view.fit * Math.min(at[2], MOST) }, animated);
  if (i === -1) tell(`The address names a ${data.noun} that this page does not hold.`);
}
// The address of another part of this page, where the skip link leads, says nothing of the map.
addEventListener("hashchange", () => {
  const elsewhere = location.hash && !/^#(node|at)=/.test(location.hash);
  if (more && !elsewhere && location.hash !== written) follow(true);
});

function repaint() {
  sprites.clear();
  paint();
  paintHalo();
  redraw();
}

function openFilters(open) {
  byId("filters").classList.toggle("open", open);
  byId("filters-switch").setAttribute("aria-expanded", String(open));
}

function controls() {
  byId("filters-switch").addEventListener("click", () => openFilters(!byId("filters").classList.contains("open")));
  byId("filters-close").addEventListener("click", () => { openFilters(false); byId("filters-switch").focus(); });
  document.querySelector(".skip").addEventListener("click", () => { if (narrow.matches) openFilters(true); });
  byId("zoom-in").addEventListener("click", () => zoomAt(width / 2, height / 2, 1.6, true));
  byId("zoom-out").addEventListener("click", () => zoomAt(width / 2, height / 2, 1 / 1.6, true));
  byId("fit").addEventListener("click", () => fitAll());
  byId("png").addEventListener("click", savePicture);
  document.addEventListener("kg-theme", () => { legend(); listNodes(); repaint(); });
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    if (!panel.hidden) select(null);
    else if (byId("filters").classList.contains("open")) byId("filters-close").click();
  });
  gestures();
  facetControls();
  foundControls();
}

const nextFrame = () => new Promise((done) => { requestAnimationFrame(() => setTimeout(done)); });

async function start() {
  await loadCore();
  sheet.setAttribute("aria-label", `Map: ${plural(count, data.noun)}, ${plural(link.count, "link")}, ${plural(data.clusters.length, "cluster")}.`);
  centreClusters();
  colourClusters();
  if (!data.clusters.length) state.colour = "type";
  document.querySelector(`[name="colour"][value="${state.colour}"]`).checked = true;
  resize();
  sizeNodes();
  paint();
  Object.assign(view, whole());
  view.fit = view.k;
  // Nodes and links first; the grounds and the names come with the next frame.
  drawFrame(true, true);
  performance.mark("kg-first-frame");
  await nextFrame();
  paintHalo();
  drawFrame(false);
  countFacets();
  tell();
  await nextFrame();
  legend();
  ranges();
  listNodes();
  controls();
  await loadDetails();
  countDetails();
  legend();
  ranges();
  foundLists();
  follow(false);
  settled();
  window.kgMap = {
    count, nodePosition(iri) {
      const i = more.iris.findIndex((end) => more.base[0] + end === iri);
      const box = sheet.getBoundingClientRect();
      const [x, y] = toScreen(node.x[i], node.y[i]);
      return { x: box.left + x, y: box.top + y };
    },
    select: (iri) => select(iri === null ? null : more.iris.findIndex((end) => more.base[0] + end === iri), { move: true }),
    shown: () => more.iris.filter((_, i) => state.shown[i]).map((end) => more.base[0] + end),
    labels: () => placed.map(({ x, y, w, h, text }) => ({ x, y, w, h, text })),
    zoom: zoomLevel, draw: drawFrame, view, lastFrame: () => lastFrame, moving: () => motion !== null,
  };
}
start().catch((error) => {
  tell("This browser cannot unpack the map: it needs one of 2023 or later.");
  throw error;
});
