// Legend and filters: what is shown, and the list of it.

const dimension = (key, keys) => ({ key, off: new Set(), keys });
const filters = {
  types: dimension("type", data.types.filter((type) => data.nodes.some((node) => node.type === type))),
  clusters: dimension("cluster", [...data.clusters.keys()].filter((c) => data.nodes.some((node) => node.cluster === c))),
  roles: dimension("role", data.roles.filter((role) => data.nodes.some((node) => node.roles[role]))),
  kinds: dimension("kind", [...new Set(data.edges.map((edge) => edge.kind))].sort()),
};
const PAGE = 60;
let listLength = PAGE;

const distinct = (values) => [...new Set(values)].sort((a, b) => a - b);
const allYears = distinct(data.nodes.flatMap((node) => node.years.map(([year]) => year)));
const steps = {
  weight: { label: "Papers, at least", values: distinct(data.nodes.map((node) => node.weight)), at: 0 },
  link: { label: "Shared papers of a link, at least", values: distinct(data.edges.map((edge) => edge.weight)), at: 0 },
  since: { label: "Papers since", values: allYears, at: 0 },
  until: { label: "Papers until", values: allYears, at: Math.max(allYears.length - 1, 0) },
};
const startAt = Object.fromEntries(Object.entries(steps).map(([name, step]) => [name, step.at]));
const chosen = (name) => steps[name].values[steps[name].at];
const windowed = () => steps.since.at > 0 || steps.until.at < allYears.length - 1;

function papersShown(node) {
  if (!windowed()) return node.weight;
  return node.years.reduce((sum, [year, n]) => sum + (year >= chosen("since") && year <= chosen("until") ? n : 0), 0);
}

function isShown(node) {
  const papers = papersShown(node);
  return !filters.types.off.has(node.type)
    && (node.cluster === null || !filters.clusters.off.has(node.cluster))
    && papers >= (steps.weight.at ? chosen("weight") : windowed() ? 1 : -Infinity)
    && (!filters.roles.off.size || Object.keys(node.roles).some((role) => !filters.roles.off.has(role)));
}

function applyFilters() {
  const nodeChanges = [];
  data.nodes.forEach((node, i) => {
    const shown = isShown(node) ? 1 : 0;
    if (shown !== state.shown[i]) nodeChanges.push({ id: i, hidden: !shown, physics: !!shown });
    state.shown[i] = shown;
  });
  const edgeChanges = [];
  data.edges.forEach((edge, e) => {
    const shown = state.shown[edge.source] && state.shown[edge.target] && !filters.kinds.off.has(edge.kind)
      && (!steps.link.at || edge.weight >= chosen("link")) ? 1 : 0;
    if (shown !== state.edgeShown[e]) edgeChanges.push({ id: e, hidden: !shown, physics: !!shown });
    state.edgeShown[e] = shown;
  });
  if (nodeChanges.length) vertices.update(nodeChanges);
  if (edgeChanges.length) lines.update(edgeChanges);
  listLength = PAGE;
  listNodes();
  byId("reset-filters").hidden = !filtered();
  tell();
  network.redraw();
}

const filtered = () => Object.values(filters).some((f) => f.off.size)
  || Object.entries(steps).some(([name, step]) => step.at !== startAt[name]);

function tell(prefix = "") {
  const nodes = state.shown.reduce((sum, v) => sum + v, 0);
  const links = state.edgeShown.reduce((sum, v) => sum + v, 0);
  const part = (n, all, name) => (n === all ? plural(all, name) : `${n.toLocaleString("en")} of ${plural(all, name)}`);
  const text = `${part(nodes, count, data.noun)}, ${part(links, data.edges.length, "link")}`;
  byId("status").textContent = prefix || text;
  byId("message").hidden = nodes > 0;
  byId("message").textContent = count ? `No ${data.noun} passes the filters.` : data.empty;
}

function listNodes() {
  const shown = ranked.filter((i) => state.shown[i]);
  byId("nodes").replaceChildren(...shown.slice(0, listLength).map((i) => {
    const number = make("span", { class: "number" });
    number.textContent = data.nodes[i].weight.toLocaleString("en");
    const unit = make("span", { class: "unseen" }, data.nodes[i].weight === 1 ? " paper" : " papers");
    number.append(unit);
    const button = nodeButton(i, number);
    button.dataset.node = i;
    if (i === state.node) button.setAttribute("aria-current", "true");
    return make("li", {}, button);
  }));
  byId("nodes-title").textContent = `${NOUNS} (${shown.length.toLocaleString("en")})`;
  byId("more-nodes").hidden = shown.length <= listLength;
}

function markCurrent() {
  for (const button of byId("nodes").querySelectorAll("[aria-current]")) button.removeAttribute("aria-current");
  byId("nodes").querySelector(`[data-node="${state.node}"]`)?.setAttribute("aria-current", "true");
}

// Checkboxes of one dimension; for types and clusters they are the legend as well.
function checks(id, name, picture) {
  const box = byId(id);
  const { key, keys, off } = filters[id];
  box.hidden = keys.length < (id === "types" || id === "clusters" ? 1 : 2);
  for (const old of box.querySelectorAll(".check")) old.remove();
  for (const value of keys) {
    const total = key === "kind" ? data.edges.filter((edge) => edge.kind === value).length
      : data.nodes.filter((node) => (key === "role" ? node.roles[value] : node[key] === value)).length;
    box.append(checkRow(value, { off, name, picture, total }, applyFilters));
  }
}

function legend() {
  const byType = state.colour === "type";
  checks("types", (type) => type, (type) => swatch(type, byType ? COLOURS[type] : null));
  checks("clusters", (c) => oneLine(data.clusters[c], 60),
    (c) => swatch("Method", byType ? null : CLUSTER_COLOURS[c % CLUSTER_COLOURS.length]));
  checks("roles", (role) => ROLE_NAMES[role] ?? role);
  checks("kinds", (kind) => oneLine(kind.replaceAll("_", " "), 40));
  byId("more").hidden = byId("roles").hidden && byId("kinds").hidden;
  byId("colouring").hidden = !filters.clusters.keys.length;
}

function ranges() {
  const rows = Object.entries(steps).filter(([, step]) => step.values.length > 1);
  byId("ranges").replaceChildren(...rows.map(([name, step]) => rangeRow(name, step, applyFilters)));
}

byId("reset-filters").addEventListener("click", () => {
  for (const filter of Object.values(filters)) filter.off.clear();
  for (const [name, step] of Object.entries(steps)) step.at = startAt[name];
  legend();
  ranges();
  applyFilters();
  byId("nodes").focus();
});
byId("more-nodes").addEventListener("click", () => {
  const before = listLength;
  listLength += 5 * PAGE;
  listNodes();
  byId("nodes").children[before]?.querySelector("button").focus();
});
byId("colouring").addEventListener("change", (event) => {
  state.colour = event.target.value;
  legend();
  listNodes();
  network.redraw();
});

// What the saved picture explains.
function legendEntries() {
  if (state.colour === "type") return filters.types.keys.map((type) => [type, COLOURS[type], type]);
  return filters.clusters.keys.map((c) => [
    "Method", CLUSTER_COLOURS[c % CLUSTER_COLOURS.length], oneLine(data.clusters[c], 40),
  ]);
}
