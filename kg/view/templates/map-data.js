// What the map knows: columns, unpacked from the page, and the few ways in which the rest of the page asks for them.

const data = { title: "", clusters: [], types: [], roles: [], noun: "concept", groups: "Clusters", empty: "" };
let NOUNS = "Concepts";
let count = 0;
let ranked = [];
let turned = false;
// A place as the page has it, or as the address has it: the same on a screen that is not turned.
const upright = (x, y) => (turned ? [y, x] : [x, y]);
// Columns of nodes (place in the map, type, cluster or -1, papers), and of links (both ends, papers in common).
const node = { x: null, y: null, type: null, cluster: null, papers: null, labels: [] };
const link = { count: 0, source: null, target: null, shared: null };
// Columns that arrive after the first frame, with where each node's part of them begins.
let more = null;
const names = [];

// What is selected, hovered and shown. Only the functions of the modules below change it.
const state = {
  node: null, edge: null, near: new Set(), hovered: null, colour: "cluster",
  shown: null, weight: null, bridges: false, gaps: false,
};

function bytesOf(id) {
  const element = byId(id);
  const text = element.textContent;
  element.remove();
  if (typeof Uint8Array.fromBase64 === "function") return Uint8Array.fromBase64(text);
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

// The inverse of kg.view.pack.pack.
async function unpack(id) {
  const stream = new Blob([bytesOf(id)]).stream().pipeThrough(new DecompressionStream("gzip"));
  const block = new Uint8Array(await new Response(stream).arrayBuffer());
  const text = new TextDecoder();
  let at = 4 + new DataView(block.buffer).getUint32(0, true);
  const columns = {};
  for (const [name, [kind, size]] of Object.entries(JSON.parse(text.decode(block.subarray(4, at))))) {
    const raw = block.subarray(at, at + size);
    at += size;
    columns[name] = kind === "json" ? JSON.parse(text.decode(raw)) : joined(raw, { uint8: 1, uint16: 2, uint32: 4 }[kind]);
  }
  return columns;
}

// Byte planes into numbers.
function joined(raw, wide) {
  const length = raw.length / wide;
  if (wide === 1) return raw;
  const numbers = wide === 2 ? new Uint16Array(length) : new Uint32Array(length);
  for (let plane = 0; plane < wide; plane++) {
    const shift = 8 * plane;
    const from = plane * length;
    for (let i = 0; i < length; i++) numbers[i] |= raw[from + i] << shift;
  }
  return numbers;
}

async function loadCore() {
  const columns = await unpack("kg-core");
  Object.assign(data, columns.about);
  NOUNS = `${data.noun[0].toUpperCase()}${data.noun.slice(1)}s`;
  count = columns.x.length;
  // The map is wider than high; on a screen that is higher than wide it is turned.
  turned = byId("graph").clientHeight > 1.15 * byId("graph").clientWidth;
  [node.x, node.y] = [columns.x, columns.y].map((column) => {
    const at = new Float32Array(count);
    for (let i = 0; i < count; i++) at[i] = column[i] / 32767.5 - 1;
    return at;
  });
  if (turned) [node.x, node.y] = [node.y, node.x];
  node.type = columns.type;
  node.cluster = new Int32Array(count);
  for (let i = 0; i < count; i++) node.cluster[i] = columns.cluster[i] - 1;
  node.papers = columns.papers;
  node.labels = columns.labels;
  Object.assign(link, { count: columns.source.length, source: columns.source, target: columns.target, shared: columns.shared });
  ranked = new Uint32Array(count);
  let sorted = true;
  for (let i = 0; i < count; i++) {
    ranked[i] = i;
    sorted &&= i === 0 || node.papers[i] <= node.papers[i - 1];
  }
  if (!sorted) ranked.sort((a, b) => node.papers[b] - node.papers[a] || a - b);
  state.shown = new Uint8Array(count).fill(1);
  state.weight = node.papers;
}

const begins = (lengths) => {
  const at = new Uint32Array(lengths.length + 1);
  for (let i = 0; i < lengths.length; i++) at[i + 1] = at[i] + lengths[i];
  return at;
};

async function loadDetails() {
  more = await unpack("kg-detail");
  more.yearsAt = begins(more.yearCount);
  more.refsAt = begins(more.refCount);
  const degree = new Uint32Array(count);
  for (let e = 0; e < link.count; e++) { degree[link.source[e]]++; degree[link.target[e]]++; }
  more.tiesAt = begins(degree);
  // Links come strongest first, so each node's do too.
  more.ties = new Uint32Array(2 * link.count);
  const next = more.tiesAt.slice();
  for (let e = 0; e < link.count; e++) { more.ties[next[link.source[e]]++] = e; more.ties[next[link.target[e]]++] = e; }
}

// The map holds the strongest links of each node, not all.
const TIE = "strong link";
// A cluster's name where room is short: its first two terms.
const clusterName = (c) => oneLine(data.clusters[c], 120).split(" · ").slice(0, 2).join(" · ");

const iriOf = (i) => more.base[0] + more.iris[i];
const nameOf = (i) => (names[i] ??= oneLine(node.labels[i], 90));
const typeOf = (i) => data.types[node.type[i]];
const keysOf = (i) => [node.labels[i], ...((more?.texts[i] || [[]])[0])];
const paperOf = (p) => ({ title: more.titles[p], year: more.paperYear[p] || null, url: more.urls[p] });
const edgeOf = (e) => ({
  source: link.source[e], target: link.target[e], weight: link.shared[e], kind: "co-occurrence", directed: false,
  papers: sharedPapers(link.source[e], link.target[e]).map(paperOf),
  evidence: quoted(more.tieQuote[e], more.tieStart[e], more.tieEnd[e]),
});

// A sentence as the panel shows it, none for the number 0.
function quoted(number, start, end) {
  if (!number) return [];
  const [paper, field, sentence] = more.quotes[number - 1];
  return [[more.titles[paper], field, sentence, start, end, more.urls[paper]]];
}

function tiesOf(i) {
  return more ? Array.from(more.ties.subarray(more.tiesAt[i], more.tiesAt[i + 1]), (e) => [
    e, link.source[e] === i ? link.target[e] : link.source[e],
  ]) : [];
}

function refsOf(i) {
  return Array.from({ length: more.refsAt[i + 1] - more.refsAt[i] }, (_, k) => {
    const at = more.refsAt[i] + k;
    return [more.refPaper[at], data.roles[more.refRole[at]]];
  });
}

function sharedPapers(a, b) {
  const mine = new Set(refsOf(a).map(([p]) => p));
  return refsOf(b).map(([p]) => p).filter((p) => mine.has(p));
}

// A node as the panel shows it, on this page and on any other.
function nodeOf(i) {
  const [aliases, definition] = more.texts[i] || [[], ""];
  const years = [];
  for (let at = more.yearsAt[i]; at < more.yearsAt[i + 1]; at++) years.push([more.year[at], more.yearPapers[at]]);
  return {
    iri: iriOf(i), label: node.labels[i], type: typeOf(i), weight: node.papers[i], count: node.papers[i], definition, aliases,
    cluster: node.cluster[i] < 0 ? null : node.cluster[i], years, facts: [], url: null, papers: refsOf(i),
    roles: Object.fromEntries(data.roles.map((role, r) => [role, more.roles[i * data.roles.length + r]])),
    evidence: quoted(more.quote[i], more.quoteStart[i], more.quoteEnd[i]),
  };
}
