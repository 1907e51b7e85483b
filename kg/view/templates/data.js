// What the page knows: its data, who is beside whom, and what is selected and shown.

const data = JSON.parse(document.getElementById("kg-data").textContent);
const count = data.nodes.length;
const NOUNS = `${data.noun[0].toUpperCase()}${data.noun.slice(1)}s`;
const names = data.nodes.map((node) => oneLine(node.label, 90));

// Neighbours of each node: [edge, other end], heaviest first.
const adjacent = data.nodes.map(() => []);
data.edges.forEach((edge, i) => {
  adjacent[edge.source].push([i, edge.target]);
  if (edge.source !== edge.target) adjacent[edge.target].push([i, edge.source]);
});
for (const list of adjacent) list.sort((a, b) => data.edges[b[0]].weight - data.edges[a[0]].weight || a[1] - b[1]);

// Nodes by importance: the order of every list and of the labels.
const ranked = data.nodes.map((_, i) => i).sort((a, b) =>
  data.nodes[b].weight - data.nodes[a].weight || adjacent[b].length - adjacent[a].length || a - b);

const numberOf = new Map(data.nodes.map((node, i) => [node.iri, i]));

// What is selected, hovered, shown and how it is coloured. Only the functions of the modules below change it.
const state = {
  node: null, edge: null, near: new Set(), hovered: null, colour: "type",
  shown: new Uint8Array(count).fill(1), edgeShown: new Uint8Array(data.edges.length).fill(1),
};

// What the panel and the search ask, whichever drawer shows the nodes.
const nodeOf = (i) => data.nodes[i];
const nameOf = (i) => names[i];
const edgeOf = (e) => ({ ...data.edges[e], papers: data.edges[e].papers.map((title) => ({ title, url: null })) });
const tiesOf = (i) => adjacent[i];
const paperOf = (p) => data.papers[p];
const keysOf = (i) => [data.nodes[i].label, ...data.nodes[i].aliases];
const TIE = "link";
const typeOf = (i) => data.nodes[i].type;
