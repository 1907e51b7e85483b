// How nodes and edges look. Nodes are drawn here at each frame, so that theme, colouring and selection cost no data.

// Okabe and Ito's colours, which people with any kind of colour vision tell apart; a type also has its own shape.
const COLOURS = {
  Method: "#0072b2", Model: "#d55e00", Task: "#009e73", Dataset: "#e69f00", Metric: "#cc79a7", Concept: "#56b4e9",
};
const CLUSTER_COLOURS = [
  "#0072b2", "#e69f00", "#009e73", "#cc79a7", "#d55e00", "#56b4e9", "#882255", "#b5a900", "#44aa99", "#7f7f7f",
];
const SHAPES = { Method: "dot", Model: "square", Task: "triangle", Dataset: "diamond", Metric: "star", Concept: "hexagon" };

const THEMES = {
  light: { ground: "#fbfbf9", text: "#1d2321", soft: "#59625e", accent: "#0b5cad", edge: "#8b9690", rim: -0.34 },
  dark: { ground: "#14181b", text: "#e9edee", soft: "#a7b1b6", accent: "#7cb8f5", edge: "#6d7a82", rim: 0.34 },
};
const theme = () => THEMES[state.dark ? "dark" : "light"];

function mixed(colour, amount) {
  const towards = amount < 0 ? 0 : 255;
  const part = (i) => parseInt(colour.slice(i, i + 2), 16);
  const mix = (value) => Math.round(value + (towards - value) * Math.abs(amount));
  return `rgb(${mix(part(1))} ${mix(part(3))} ${mix(part(5))})`;
}

function colourOf(i) {
  const node = data.nodes[i];
  if (state.colour === "type") return COLOURS[node.type] ?? "#7f7f7f";
  return node.cluster === null ? "#7f7f7f" : CLUSTER_COLOURS[node.cluster % CLUSTER_COLOURS.length];
}

// Corners of each shape on a circle of radius 1, first corner on top; the dot has none.
function corners(shape) {
  const around = (n, turn, inner = 1) => Array.from({ length: n }, (_, k) => {
    const angle = turn + (2 * Math.PI * k) / n - Math.PI / 2;
    const r = k % 2 ? inner : 1;
    return [r * Math.cos(angle), r * Math.sin(angle)];
  });
  return {
    square: around(4, Math.PI / 4), triangle: around(3, 0), diamond: around(4, 0), hexagon: around(6, Math.PI / 6),
    star: around(10, 0, 0.52),
  }[shape];
}
const CORNERS = Object.fromEntries(Object.values(SHAPES).map((shape) => [shape, corners(shape)]));

function outline(ctx, type, x, y, r) {
  const points = CORNERS[SHAPES[type]];
  ctx.beginPath();
  if (!points) ctx.arc(x, y, r * 0.88, 0, 2 * Math.PI);
  else points.forEach(([dx, dy], k) => ctx[k ? "lineTo" : "moveTo"](x + dx * r, y + dy * r));
  ctx.closePath();
}

const sizes = data.network.nodes.map((node) => node.size);
// Where each node was last drawn (in the network's coordinates), and which ones this frame shows.
const drawnAt = data.nodes.map(() => [0, 0]);
let drawn = [];

function emphasis(i) {
  if (state.edge !== null) {
    const edge = data.edges[state.edge];
    return i === edge.source || i === edge.target ? 1 : 0.2;
  }
  return state.node === null || i === state.node || state.near.has(i) || i === state.hovered ? 1 : 0.2;
}

function drawNode({ ctx, id, x, y }) {
  const r = sizes[id];
  return {
    nodeDimensions: { width: 2 * r, height: 2 * r },
    drawNode() {
      drawnAt[id] = [x, y];
      drawn.push(id);
      ctx.save();
      ctx.globalAlpha = emphasis(id);
      outline(ctx, data.nodes[id].type, x, y, r);
      ctx.fillStyle = colourOf(id);
      ctx.fill();
      ctx.lineWidth = Math.max(1.4, r * 0.09);
      ctx.lineJoin = "round";
      ctx.strokeStyle = mixed(colourOf(id), theme().rim);
      ctx.stroke();
      if (id === state.node || id === state.hovered) {
        ctx.beginPath();
        ctx.arc(x, y, r + 5, 0, 2 * Math.PI);
        ctx.lineWidth = id === state.node ? 3 : 1.5;
        ctx.strokeStyle = theme().accent;
        ctx.stroke();
      }
      ctx.restore();
    },
  };
}

// A small picture of a type's shape or a cluster's colour, for legend and lists.
function swatch(type, colour) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", "-1.2 -1.2 2.4 2.4");
  svg.setAttribute("class", "swatch");
  svg.setAttribute("aria-hidden", "true");
  const points = CORNERS[SHAPES[type]];
  const shape = document.createElementNS(space, points ? "polygon" : "circle");
  if (points) shape.setAttribute("points", points.map((p) => p.map((v) => v.toFixed(3)).join(",")).join(" "));
  else shape.setAttribute("r", "0.88");
  shape.setAttribute("fill", colour ?? "none");
  shape.setAttribute("stroke", colour ? mixed(colour, theme().rim) : theme().soft);
  shape.setAttribute("stroke-width", colour ? "0.14" : "0.22");
  svg.append(shape);
  return svg;
}
const nodeSwatch = (i) => swatch(data.nodes[i].type, colourOf(i));

// The drawing is wider than high; on a screen that is higher than wide it is turned.
const graphBox = byId("graph");
root.classList.add("scripted");
if (graphBox.clientHeight > 1.15 * graphBox.clientWidth) {
  for (const node of data.network.nodes) [node.x, node.y] = [-node.y, node.x];
}

data.network.nodes.forEach(({ id, x, y }) => { drawnAt[id] = [x, y]; });
const vertices = new vis.DataSet(data.network.nodes);
const lines = new vis.DataSet(data.network.edges);
const network = new vis.Network(byId("graph"), { nodes: vertices, edges: lines }, {
  ...data.network.options,
  nodes: { ...data.network.options.nodes, ctxRenderer: drawNode },
  edges: {
    ...data.network.options.edges,
    chosen: {
      edge(values) {
        values.color = theme().accent;
        values.opacity = state.edge !== null ? 1 : 0.75;
        values.width += 0.6;
      },
    },
  },
});

function paintEdges() {
  const quiet = state.node !== null || state.edge !== null;
  // Many lines add up to a blot unless each is fainter.
  const density = Math.min(1, Math.sqrt(900 / Math.max(data.edges.length, 1)));
  const opacity = quiet ? 0.1 : (state.dark ? 0.42 : 0.4) * Math.max(density, 0.2);
  const { edge, accent } = theme();
  network.setOptions({ edges: { color: { color: edge, highlight: accent, hover: accent, opacity, inherit: false } } });
}
