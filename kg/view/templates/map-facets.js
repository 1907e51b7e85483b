// Legend and filters of the map, and the list of what passes them.

const PAGE = 60;
let listLength = PAGE;
const typesOff = new Set();
const clusterOff = new Set();
const rolesOff = new Set();
const totals = { types: [], clusters: [], roles: [] };
const steps = {
  papers: { label: "Papers, at least", values: [], at: 0, first: 0 },
  since: { label: "Papers since", values: [], at: 0, first: 0 },
  until: { label: "Papers until", values: [], at: 0, first: 0 },
};
const chosen = (name) => steps[name].values[steps[name].at];
const windowed = () => steps.since.at > 0 || steps.until.at < steps.until.values.length - 1;
const filtered = () => typesOff.size || clusterOff.size || rolesOff.size || Object.values(steps).some((s) => s.at !== s.first);

function countFacets() {
  totals.types = data.types.map(() => 0);
  totals.clusters = data.clusters.map(() => 0);
  for (let i = 0; i < count; i++) {
    totals.types[node.type[i]] += 1;
    if (node.cluster[i] >= 0) totals.clusters[node.cluster[i]] += 1;
  }
  // Round numbers of papers, up to what a tenth of a percent of the nodes reach.
  const most = node.papers[ranked[0]] ?? 1;
  steps.papers.values = [1, 2, 3, 5, 10, 20, 30, 50, 100, 200, 300, 500, 1000, 2000, 5000, 10000].filter((v) => v <= most);
}

function countDetails() {
  const roles = data.roles.length;
  totals.roles = data.roles.map(() => 0);
  for (let at = 0; at < more.roles.length; at++) if (more.roles[at]) totals.roles[at % roles] += 1;
  const years = [...new Set(more.year)].sort((a, b) => a - b);
  steps.since.values = steps.until.values = years;
  steps.until.at = steps.until.first = Math.max(years.length - 1, 0);
  byId("play-box").hidden = years.length < 2;
}

function applyFilters() {
  const { shown } = state;
  const byYear = more && windowed();
  const weight = byYear ? new Uint32Array(count) : node.papers;
  if (byYear) {
    const [since, until] = [chosen("since"), chosen("until")];
    for (let i = 0; i < count; i++)
      for (let at = more.yearsAt[i]; at < more.yearsAt[i + 1]; at++)
        if (more.year[at] >= since && more.year[at] <= until) weight[i] += more.yearPapers[at];
  }
  const least = Math.max(steps.papers.at ? chosen("papers") : 0, byYear ? 1 : 0);
  const roles = data.roles.map((_, r) => r).filter((r) => !rolesOff.has(data.roles[r]));
  for (let i = 0; i < count; i++) {
    shown[i] = !typesOff.has(data.types[node.type[i]]) && !clusterOff.has(node.cluster[i]) && weight[i] >= least
      && (!rolesOff.size || !more || roles.some((r) => more.roles[i * data.roles.length + r])) ? 1 : 0;
  }
  state.weight = weight;
  sizeNodes();
  paintHalo();
  listLength = PAGE;
  listNodes();
  byId("reset-filters").hidden = !filtered();
  tell();
  redraw();
}

function tell(prefix = "") {
  let nodes = 0;
  for (let i = 0; i < count; i++) nodes += state.shown[i];
  const part = nodes === count ? plural(count, data.noun) : `${nodes.toLocaleString("en")} of ${plural(count, data.noun)}`;
  byId("status").textContent = prefix || `${part}, ${plural(link.count, "link")}, ${plural(data.clusters.length, "cluster")}`;
  byId("message").hidden = nodes > 0;
  byId("message").textContent = count ? `No ${data.noun} passes the filters.` : data.empty;
}

// The first so many that pass, by papers; in a window of years by those of the window.
function listNodes() {
  const found = [];
  let total = 0;
  const order = state.weight === node.papers ? ranked : [...ranked].sort((a, b) => state.weight[b] - state.weight[a] || a - b);
  for (const i of order) {
    if (!state.shown[i]) continue;
    total += 1;
    if (found.length < listLength) found.push(i);
  }
  byId("nodes").replaceChildren(...found.map((i) => {
    const number = make("span", { class: "number" });
    number.textContent = state.weight[i].toLocaleString("en");
    number.append(make("span", { class: "unseen" }, state.weight[i] === 1 ? " paper" : " papers"));
    const button = nodeButton(i, number);
    button.dataset.node = i;
    if (i === state.node) button.setAttribute("aria-current", "true");
    return make("li", {}, button);
  }));
  byId("nodes-title").textContent = `${NOUNS} (${total.toLocaleString("en")})`;
  byId("more-nodes").hidden = total <= listLength;
}

function markCurrent() {
  for (const button of byId("nodes").querySelectorAll("[aria-current]")) button.removeAttribute("aria-current");
  byId("nodes").querySelector(`[data-node="${state.node}"]`)?.setAttribute("aria-current", "true");
}

function checks(id, values, facet) {
  const box = byId(id);
  box.hidden = values.length < (id === "roles" ? 2 : 1);
  for (const old of box.querySelectorAll(".check")) old.remove();
  box.append(...values.map((value) => checkRow(value, { ...facet, total: facet.total(value) }, applyFilters)));
}

function legend() {
  const byType = state.colour === "type";
  checks("types", data.types.filter((_, t) => totals.types[t]), {
    off: typesOff, name: (type) => type, total: (type) => totals.types[data.types.indexOf(type)],
    picture: (type) => swatch(type, byType ? typeHue(type) : null),
  });
  checks("clusters", data.clusters.map((_, c) => c).filter((c) => totals.clusters[c]), {
    off: clusterOff, name: clusterName, total: (c) => totals.clusters[c],
    picture: (c) => swatch("Method", byType ? null : clusterHue(c)),
  });
  checks("roles", data.roles.filter((_, r) => totals.roles[r]), {
    off: rolesOff, name: (role) => ROLE_NAMES[role] ?? role, total: (role) => totals.roles[data.roles.indexOf(role)],
  });
  byId("more").hidden = byId("roles").hidden;
  byId("colouring").hidden = !data.clusters.length;
}

function ranges() {
  const rows = Object.entries(steps).filter(([, step]) => step.values.length > 1);
  byId("ranges").replaceChildren(...rows.map(([name, step]) => rangeRow(name, step, () => { endPlay(); applyFilters(); })));
}

// The years one after the other: what had been named until then.
let playing = 0;
function endPlay() {
  clearInterval(playing);
  playing = 0;
  byId("play").setAttribute("aria-pressed", "false");
  byId("play").textContent = "Play the years";
}

function play() {
  if (playing) return endPlay();
  const { until, since } = steps;
  if (until.at >= until.values.length - 1) until.at = since.at;
  byId("play").setAttribute("aria-pressed", "true");
  byId("play").textContent = "Stop";
  const show = () => { until.show(); applyFilters(); };
  show();
  playing = setInterval(() => {
    if (until.at >= until.values.length - 1) return endPlay();
    until.at += 1;
    show();
  }, 900);
}

function facetControls() {
  byId("play").addEventListener("click", play);
  byId("reset-filters").addEventListener("click", () => {
    endPlay();
    for (const off of [typesOff, clusterOff, rolesOff]) off.clear();
    for (const step of Object.values(steps)) step.at = step.first;
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
    masks.clear();
    legend();
    listNodes();
    paint();
    paintHalo();
    redraw();
  });
}

// What the saved picture explains.
function legendEntries() {
  if (state.colour === "type") return data.types.filter((_, t) => totals.types[t]).map((type) => [type, typeHue(type), type]);
  return data.clusters.map((_, c) => ["Method", clusterHue(c), short(clusterName(c), 48)]).filter((_, c) => totals.clusters[c]);
}
