// Labels and cluster names: drawn over the nodes in screen pixels, the important ones first, never one over another.

const FONT = getComputedStyle(document.body).fontFamily;
const heaviest = Math.max(...data.nodes.map((node) => node.weight), 1e-9);
const fontSizes = data.nodes.map((node) => Math.round(11.5 + 4 * Math.sqrt(Math.max(node.weight, 0) / heaviest)));
let placed = [];

// Two lines where one would be long: a label is then about as wide as its node.
const labelLines = data.nodes.map((node) => {
  const text = oneLine(node.label, 44);
  if (text.length < 18 || !text.includes(" ")) return [short(text, 28)];
  const spaces = [...text.matchAll(/ /g)].map((match) => match.index);
  const middle = spaces.reduce((a, b) => (Math.abs(b - text.length / 2) < Math.abs(a - text.length / 2) ? b : a));
  return [short(text.slice(0, middle), 26), short(text.slice(middle + 1), 26)];
});

const widths = new Map();
function widthOf(ctx, font, text) {
  const key = `${font}|${text}`;
  if (!widths.has(key)) widths.set(key, ctx.measureText(text).width);
  return widths.get(key);
}

// Boxes that are taken, by the cells of a grid that they touch.
class Taken {
  constructor() { this.cells = new Map(); }

  * near(box) {
    for (let cx = Math.floor(box.x / 80); cx <= Math.floor((box.x + box.w) / 80); cx++)
      for (let cy = Math.floor(box.y / 80); cy <= Math.floor((box.y + box.h) / 80); cy++) yield `${cx},${cy}`;
  }

  add(box) {
    for (const cell of this.near(box)) {
      if (!this.cells.has(cell)) this.cells.set(cell, []);
      this.cells.get(cell).push(box);
    }
  }

  free(box, owner) {
    for (const cell of this.near(box))
      for (const other of this.cells.get(cell) ?? [])
        if (other.owner !== owner && box.x < other.x + other.w && other.x < box.x + box.w
          && box.y < other.y + other.h && other.y < box.y + box.h) return false;
    return true;
  }
}

function wanted() {
  const first = [state.node, state.hovered].filter((i) => i !== null);
  if (state.edge !== null) first.push(data.edges[state.edge].source, data.edges[state.edge].target);
  const rest = state.edge !== null ? []
    : state.node !== null ? ranked.filter((i) => state.near.has(i)) : ranked;
  return [...new Set([...first, ...rest])];
}

function drawLabels(ctx) {
  const scale = network.getScale();
  const ratio = ctx.canvas.width / ctx.canvas.clientWidth;
  const here = new Set(drawn);
  const taken = new Taken();
  const free = freeMiddle();
  const limit = { x: ctx.canvas.clientWidth + 2 * free.x - 2, y: ctx.canvas.clientHeight + 2 * free.y - 2 };
  const screen = (i) => network.canvasToDOM({ x: drawnAt[i][0], y: drawnAt[i][1] });
  for (const i of here) {
    const r = sizes[i] * scale * 0.9;
    if (r > 3 && emphasis(i) === 1) {
      const { x, y } = screen(i);
      taken.add({ x: x - r, y: y - r, w: 2 * r, h: 2 * r, owner: i });
    }
  }
  ctx.save();
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  ctx.lineJoin = "round";
  placed = [];
  // From far away names would cover what they name.
  const most = (ctx.canvas.clientWidth * ctx.canvas.clientHeight) / (scale < 0.35 ? 20000 : 7000);
  if (state.colour === "cluster") clusterNames(ctx, scale, taken);
  for (const i of wanted()) {
    if (placed.length >= most) break;
    if (!here.has(i)) continue;
    const forced = i === state.node || i === state.hovered;
    const box = place(ctx, i, screen(i), sizes[i] * scale + (forced ? 6 : 0), taken, forced, limit);
    if (box) { taken.add(box); placed.push(box); }
  }
  // Drawn from the least to the most important, so that the selected one lies on top.
  for (const box of [...placed].reverse()) write(ctx, box);
  ctx.restore();
}

function place(ctx, i, at, r, taken, forced, limit) {
  const size = fontSizes[i];
  const font = `${forced ? 650 : 500} ${size}px ${FONT}`;
  ctx.font = font;
  const w = Math.max(...labelLines[i].map((line) => widthOf(ctx, font, line))) + 6;
  const h = labelLines[i].length * (size + 2) + 2;
  const spots = [
    [at.x - w / 2, at.y + r + 2], [at.x - w / 2, at.y - r - h - 2], [at.x + r + 3, at.y - h / 2], [at.x - r - w - 3, at.y - h / 2],
    [at.x + 0.7 * r, at.y - 0.7 * r - h], [at.x - 0.7 * r - w, at.y - 0.7 * r - h],
    [at.x + 0.7 * r, at.y + 0.7 * r], [at.x - 0.7 * r - w, at.y + 0.7 * r],
  ];
  // Farther away, and on the node itself where it is large enough to carry its name.
  spots.push([at.x + r + 3, at.y - h - 2], [at.x + r + 3, at.y + 2], [at.x - r - w - 3, at.y - h - 2], [at.x - r - w - 3, at.y + 2]);
  if (r > 16) spots.push([at.x - w / 2, at.y - h / 2], [at.x - w / 2, at.y + r - h], [at.x - w / 2, at.y - r]);
  for (const [x, y] of spots) {
    const box = { x, y, w, h, owner: i, font, size, lines: labelLines[i], forced };
    if (x >= 2 && y >= 2 && x + w <= limit.x && y + h <= limit.y && taken.free(box, i)) return box;
  }
  return forced ? { x: spots[0][0], y: spots[0][1], w, h, owner: i, font, size, lines: labelLines[i], forced } : null;
}

function write(ctx, box) {
  const { ground, text } = theme();
  ctx.font = box.font;
  if (box.forced) {
    ctx.fillStyle = ground;
    ctx.globalAlpha = 0.9;
    ctx.fillRect(box.x, box.y, box.w, box.h);
    ctx.globalAlpha = 1;
  }
  box.lines.forEach((line, k) => {
    const x = box.x + box.w / 2;
    const y = box.y + 2 + (k + 0.5) * (box.size + 2);
    ctx.lineWidth = 3.5;
    ctx.strokeStyle = ground;
    ctx.strokeText(line, x, y);
    ctx.fillStyle = text;
    ctx.fillText(line, x, y);
  });
}

// The name of each cluster above its nodes, while the view is wide enough to need it.
function clusterNames(ctx, scale, taken) {
  if (data.clusters.length > 40) return;
  const tops = data.clusters.map(() => ({ x: 0, n: 0, y: Infinity }));
  data.nodes.forEach((node, i) => {
    if (node.cluster === null || !state.shown[i]) return;
    const top = tops[node.cluster];
    top.x += drawnAt[i][0];
    top.n += 1;
    top.y = Math.min(top.y, drawnAt[i][1] - sizes[i]);
  });
  const font = `700 13px ${FONT}`;
  tops.forEach((top, c) => {
    if (!top.n) return;
    const at = network.canvasToDOM({ x: top.x / top.n, y: top.y });
    const text = oneLine(data.clusters[c], 40);
    ctx.font = font;
    const w = widthOf(ctx, font, text) + 28;
    for (const lift of [26, 44, 62]) {
      const box = { x: at.x - w / 2, y: at.y - lift, w, h: 22, owner: `cluster ${c}` };
      if (!taken.free(box, box.owner)) continue;
      taken.add(box);
      ctx.fillStyle = theme().ground;
      ctx.globalAlpha = 0.85;
      ctx.beginPath();
      ctx.roundRect(box.x, box.y, w, 22, 11);
      ctx.fill();
      ctx.globalAlpha = 1;
      ctx.fillStyle = CLUSTER_COLOURS[c % CLUSTER_COLOURS.length];
      ctx.beginPath();
      ctx.arc(box.x + 12, box.y + 11, 5, 0, 2 * Math.PI);
      ctx.fill();
      ctx.fillStyle = theme().text;
      ctx.fillText(text, box.x + 10 + w / 2, box.y + 11.5);
      break;
    }
  });
}

network.on("beforeDrawing", () => { drawn = []; });
network.on("afterDrawing", drawLabels);
