// The side panel: everything about the selected node or edge, whichever drawer shows it: it asks nodeOf, nameOf, edgeOf,
// tiesOf, paperOf and TIE, the name of a link.

const panel = byId("panel");
let opener = null;

function head(title) {
  const heading = said("h2", title.trim() ? title : "(no name)", { id: "panel-title", tabindex: "-1" });
  const close = make("button", { type: "button", class: "icon", "aria-label": "Close panel", onclick: () => select(null) });
  const cross = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  cross.setAttribute("viewBox", "0 0 24 24");
  cross.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", "M6 6l12 12M18 6L6 18");
  cross.append(path);
  close.append(cross);
  return make("div", { class: "head" }, heading, close);
}

function nodeButton(i, extra) {
  const attributes = { type: "button", class: "entry", onclick: () => select(i, { move: true }) };
  return make("button", attributes, nodeSwatch(i), said("span", nameOf(i), { class: "name" }), extra);
}

// A list that shows its first few items and, on demand, all the others.
function listed(items, first, build, attributes = {}) {
  const list = make("ul", attributes, ...items.slice(0, first).map(build));
  if (items.length <= first) return [list];
  const more = make("button", { type: "button", class: "quiet" });
  more.textContent = `Show ${items.length - first} more`;
  more.addEventListener("click", () => {
    const added = items.slice(first).map(build);
    list.append(...added);
    more.remove();
    added[0].querySelector("a, button")?.focus();
  });
  return [list, more];
}

function papersOf(node) {
  const parts = [];
  for (const role of data.roles) {
    const mine = node.papers.filter(([, r]) => r === role).map(([p]) => paperOf(p));
    if (!mine.length) continue;
    const title = make("h4");
    title.textContent = `${ROLE_NAMES[role] ?? role} ${plural(Math.max(node.roles[role] ?? 0, mine.length), "paper")}`;
    parts.push(title, ...listed(mine, 5, (paper) => {
      const year = make("span", { class: "number" });
      year.textContent = paper.year ?? "";
      return make("li", {}, linked(paper.title, paper.url), year);
    }, { class: "papers" }));
  }
  const missing = node.count - new Set(node.papers.map(([p]) => p)).size;
  if (parts.length && missing > 0) {
    const note = make("p", { class: "number" });
    note.textContent = `and ${plural(missing, "paper")} that this page does not list`;
    parts.push(note);
  }
  return parts;
}

function quote([title, field, sentence, start, end, url]) {
  // Offsets count code points; JavaScript's own indices count half of some characters.
  const points = Array.from(sentence);
  const from = Math.max(0, Math.min(start, points.length));
  const to = Math.max(from, Math.min(end, points.length));
  const text = (a, b) => visible(points.slice(a, b).join(""));
  const mention = make("mark");
  mention.textContent = text(from, to);
  const body = make("p", { dir: "auto" }, text(0, from), mention, text(to));
  return make("li", {}, make("blockquote", {}, body, make("footer", {}, linked(title, url), ` (${field})`)));
}

function yearBars(years) {
  const first = years[0][0];
  const last = years[years.length - 1][0];
  const per = new Map(years);
  const top = Math.max(...years.map(([, n]) => n));
  const bars = make("div", { class: "bars", role: "img", "aria-label": years.map(([y, n]) => `${y}: ${n}`).join(", ") });
  for (let year = first; year <= last; year++) {
    const bar = document.createElement("i");
    bar.style.height = `${(100 * (per.get(year) ?? 0)) / top}%`;
    bar.title = `${year}: ${per.get(year) ?? 0}`;
    bars.append(bar);
  }
  const ends = [first, last].map((year) => { const span = make("span"); span.textContent = year; return span; });
  return [bars, make("div", { class: "axis", "aria-hidden": "true" }, ...ends)];
}

function section(title, parts) {
  if (!parts.length) return [];
  const heading = make("h3");
  heading.textContent = title;
  return [heading, ...parts];
}

function neighbourRow([e, other]) {
  const edge = edgeOf(e);
  const open = make("button", { type: "button", class: "quiet", onclick: () => selectEdge(e) });
  const kind = edge.kind === "co-occurrence" ? plural(edge.weight, "paper") : edge.kind.replaceAll("_", " ");
  open.textContent = short(visible(kind), 30);
  open.setAttribute("aria-label", `The link to ${nameOf(other)}: ${open.textContent}`);
  return make("li", { class: "neighbour" }, nodeButton(other), open);
}

function nodePanel(i) {
  const node = nodeOf(i);
  const ties = tiesOf(i);
  const facts = make("p", { class: "kind" });
  const type = make("span", {}, nodeSwatch(i), node.type);
  facts.append(type);
  if (node.type === "Paper" || node.type === "Resource") facts.append(make("span", {}, plural(ties.length, "link")));
  else facts.append(make("span", {}, plural(node.count || node.weight, "paper")));
  if (node.cluster !== null) facts.append(said("span", short(visible(data.clusters[node.cluster]), 80)));
  const parts = [head(node.label), facts];
  if (safeUrl(node.url)) parts.push(make("p", { class: "where" }, linked(node.url, node.url)));
  if (node.definition) parts.push(said("p", node.definition, { class: "definition" }));
  if (node.aliases.length) {
    const aliases = make("p", { class: "aliases" }, "Also called: ");
    node.aliases.forEach((alias, k) => aliases.append(k ? ", " : "", said("bdi", alias)));
    parts.push(aliases);
  }
  if (node.years.length > 1) parts.push(...section("Papers by year", yearBars(node.years)));
  parts.push(...section("The query says", node.facts.length ? listed(node.facts, 12, ([name, value]) =>
    make("li", {}, said("span", name, { class: "number" }), " ", said("span", short(value, 600))), { class: "papers" }) : []));
  parts.push(...section("In the papers' words", node.evidence.length ? listed(node.evidence, 3, quote) : []));
  parts.push(...section(plural(ties.length, TIE), ties.length ? listed(ties, 10, neighbourRow) : []));
  parts.push(...section("Papers", papersOf(node)));
  return parts;
}

function edgePanel(e) {
  const edge = edgeOf(e);
  const middle = edge.kind === "co-occurrence" ? "and" : edge.kind.replaceAll("_", " ");
  const facts = make("p", { class: "kind" });
  facts.append(
    said("span", edge.kind === "co-occurrence" ? "Named in the same papers" : `Link: ${edge.kind.replaceAll("_", " ")}`),
    said("span", plural(edge.weight, edge.kind === "co-occurrence" ? "shared paper" : "paper")),
  );
  const ends = make("ul", { class: "ends" }, ...[edge.source, edge.target].map((i) => make("li", {}, nodeButton(i))));
  const papers = edge.papers.length
    ? listed(edge.papers, 10, (paper) => make("li", {}, linked(paper.title, paper.url)), { class: "papers" }) : [];
  const title = `${short(nameOf(edge.source), 60)} ${middle} ${short(nameOf(edge.target), 60)}`;
  const proofs = edge.evidence.length ? listed(edge.evidence, 4, quote) : [];
  return [head(title), facts, ...section("Between", [ends]), ...section("In the papers' words", proofs),
    ...section(edge.papers.length < edge.weight ? "Some of the papers" : "Papers", papers)];
}

// The keyboard's place moves into the panel and, when it closes, back to where it was; not when the page opens.
function showPanel(parts, focus = true) {
  if (panel.hidden) opener = document.activeElement;
  panel.replaceChildren(...parts);
  panel.hidden = false;
  panel.scrollTop = 0;
  if (focus) byId("panel-title").focus({ preventScroll: true });
}

function hidePanel() {
  if (panel.hidden) return;
  const inside = panel.contains(document.activeElement);
  panel.hidden = true;
  panel.replaceChildren();
  if (inside) (opener?.isConnected && opener !== document.body ? opener : byId("search")).focus({ preventScroll: true });
}
