// How nodes and edges look. Nodes are drawn here at each frame, so that theme, colouring and selection cost no data.

function colourOf(i) {
  const node = data.nodes[i];
  if (state.colour === "type") return COLOURS[node.type] ?? "#7f7f7f";
  return node.cluster === null ? "#7f7f7f" : CLUSTER_COLOURS[node.cluster % CLUSTER_COLOURS.length];
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

const nodeSwatch = (i) => swatch(data.nodes[i].type, colourOf(i));

// The drawing is wider than high; on a screen that is higher than wide it is turned.
const graphBox = byId("graph");
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
  const opacity = quiet ? 0.1 : 0.42 * Math.max(density, 0.2);
  const { edge, accent } = theme();
  network.setOptions({ edges: { color: { color: edge, highlight: accent, hover: accent, opacity, inherit: false } } });
}
