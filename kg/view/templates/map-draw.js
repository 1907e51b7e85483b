// The drawing itself: pixels of links and nodes, written by this script and not by the canvas, which is many times
// faster where no graphics processor helps; the ground with its clusters below, labels above.

const layer = document.createElement("canvas");
const layerCtx = layer.getContext("2d", { willReadFrequently: true });
let image = null;
let pixels = null;
let density = null;
let inks = null;
let ink = null;
let bases = null;
let halo = null;
// Screen places and radii of the last frame, in pixels of the layer.
let sx = null;
let sy = null;
let sr = null;
let lastFrame = 0;
let coarse = false;

const rgb = (hex) => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));
const word = ([r, g, b], a = 255) => ((a << 24) | (b << 16) | (g << 8) | r) >>> 0;
const toward = (a, b, t) => a.map((v, i) => Math.round(v + (b[i] - v) * t));
const NONE = "#8b9296";
let clusterHues = [];
const typeHue = (type) => COLOURS[type] ?? NONE;
const clusterHue = (c) => (c < 0 ? NONE : clusterHues[c]);
const colourOf = (i) => (state.colour === "type" ? typeHue(typeOf(i)) : clusterHue(node.cluster[i]));
const nodeSwatch = (i) => swatch(typeOf(i), colourOf(i));

// Each cluster as far as can be from those of its own colour.
function colourClusters() {
  const [hues, centres] = [CLUSTER_COLOURS.slice(0, 9), clusterCentres];
  const taken = hues.map(() => []);
  clusterHues = data.clusters.map((_, c) => {
    const { x, y } = centres[c];
    const room = taken.map((list, h) => Math.min(4, ...list.map((o) => Math.hypot(o.x - x, o.y - y))) - list.length * 1e-6 - h * 1e-9);
    const best = room.indexOf(Math.max(...room));
    taken[best].push(centres[c]);
    return hues[best];
  });
}

// Where each cluster's name stands: the median of its nodes, which no straggler moves.
let clusterCentres = [];
function centreClusters() {
  const members = data.clusters.map(() => []);
  for (let i = 0; i < count; i++) if (node.cluster[i] >= 0) members[node.cluster[i]].push(i);
  const middle = (list, column) => {
    const sorted = Float32Array.from(list, (i) => column[i]).sort();
    return sorted.length ? sorted[sorted.length >> 1] : 0;
  };
  clusterCentres = members.map((list) => ({ x: middle(list, node.x), y: middle(list, node.y), size: list.length }));
}

// Fill, rim and faint variants of every colour, as words of the pixel buffer; and which one each node has.
function paint() {
  const ground = rgb(theme().ground);
  const towards = theme().rim < 0 ? [0, 0, 0] : [255, 255, 255];
  const hues = [...data.types.map(typeHue), NONE, ...clusterHues];
  inks = hues.map((hue) => {
    const fill = rgb(hue);
    const rim = toward(fill, towards, Math.abs(theme().rim));
    const faint = toward(ground, fill, 0.18);
    return { fill: word(fill), rim: word(rim), faint: word(faint) };
  });
  ink = new Uint8Array(count);
  for (let i = 0; i < count; i++) ink[i] = state.colour === "type" ? node.type[i] : data.types.length + 1 + node.cluster[i];
  const edge = rgb(theme().edge);
  const most = 255 * (theme() === THEMES.dark ? 0.5 : 0.56);
  for (let d = 1; d < lineInk.length; d++) lineInk[d] = word(edge, Math.round(most * (1 - Math.exp(-d / 260))));
}
const lineInk = new Uint32Array(1024);

function sizeNodes() {
  const top = Math.sqrt(Math.max(node.papers[ranked[0]] ?? 1, 1));
  bases = new Float32Array(count);
  for (let i = 0; i < count; i++) bases[i] = 0.62 + 2.9 * (Math.sqrt(state.weight[i]) / top) ** 0.9;
}

// How far the ground reaches, in units of the map.
const HALO = 1.15;

// A soft ground under each cluster, where its nodes are dense.
function paintHalo() {
  const side = 224;
  const size = side * side;
  const hues = clusterHues.map(rgb);
  const sums = [0, 1, 2, 3].map(() => new Float32Array(size));
  for (let i = 0; i < count; i++) {
    const c = node.cluster[i];
    if (c < 0 || !state.shown[i]) continue;
    const at = Math.min(side - 1, ((node.y[i] / HALO + 1) * 0.5 * side) | 0) * side + Math.min(side - 1, ((node.x[i] / HALO + 1) * 0.5 * side) | 0);
    sums[0][at] += hues[c][0];
    sums[1][at] += hues[c][1];
    sums[2][at] += hues[c][2];
    sums[3][at] += 1;
  }
  const blurred = sums.map((sum) => blur(blur(blur(sum, side, 3), side, 3), side, 2));
  const most = blurred[3].reduce((a, v) => Math.max(a, v), 1e-9);
  halo = document.createElement("canvas");
  halo.width = halo.height = side;
  const halves = halo.getContext("2d");
  const picture = halves.createImageData(side, side);
  const deep = 255 * (theme() === THEMES.dark ? 0.26 : 0.2);
  for (let p = 0; p < size; p++) {
    const w = blurred[3][p];
    if (w <= 1e-9) continue;
    for (let k = 0; k < 3; k++) picture.data[4 * p + k] = blurred[k][p] / w;
    picture.data[4 * p + 3] = deep * (1 - Math.exp((-9 * w) / most));
  }
  halves.putImageData(picture, 0, 0);
}

// A box blur of the given radius, along rows and then along columns.
function blur(from, side, radius) {
  let [a, b] = [from, new Float32Array(from.length)];
  for (const [step, other] of [[1, side], [side, 1]]) {
    for (let line = 0; line < side; line++) {
      let sum = 0;
      for (let k = -radius; k < side + radius; k++) {
        if (k + radius < side) sum += a[line * other + (k + radius) * step];
        if (k - radius - 1 >= 0) sum -= a[line * other + (k - radius - 1) * step];
        if (k >= 0 && k < side) b[line * other + k * step] = sum / (2 * radius + 1);
      }
    }
    [a, b] = [b, new Float32Array(from.length)];
  }
  return a;
}

// How much of each pixel a shape of that radius covers, in 256ths; small shapes are all dots.
const masks = new Map();
function maskOf(type, radius) {
  const quarters = radius < 6 ? Math.max(Math.round(radius * 4), 2) : Math.round(radius) * 4;
  // Small ones are all dots.
  const key = (radius < 3 || state.colour !== "type" ? 255 : type) * 4096 + quarters;
  let mask = masks.get(key);
  if (mask) return mask;
  const shape = key >= 255 * 4096 ? "dot" : SHAPES[data.types[type]] ?? "dot";
  const r = quarters / 4;
  const half = Math.ceil(r);
  const wide = 2 * half + 1;
  const points = CORNERS[shape];
  const inside = (x, y) => {
    if (!points) return x * x + y * y <= 0.88 * 0.88;
    let odd = false;
    for (let a = 0, b = points.length - 1; a < points.length; b = a++) {
      const [[xa, ya], [xb, yb]] = [points[a], points[b]];
      if (ya > y !== yb > y && x < ((xb - xa) * (y - ya)) / (yb - ya) + xa) odd = !odd;
    }
    return odd;
  };
  mask = { half, wide, cover: new Uint8Array(wide * wide) };
  for (let y = 0; y < wide; y++) {
    for (let x = 0; x < wide; x++) {
      let hits = 0;
      for (let v = 0; v < 4; v++) for (let u = 0; u < 4; u++) hits += inside((x - half + (u - 1.5) / 4) / r, (y - half + (v - 1.5) / 4) / r);
      mask.cover[y * wide + x] = Math.round((hits * 255) / 16);
    }
  }
  masks.set(key, mask);
  return mask;
}

function stamp(mask, x, y, colour, w, h) {
  const { half, wide, cover } = mask;
  const x0 = x - half;
  const y0 = y - half;
  const left = Math.max(0, -x0);
  const right = Math.min(wide, w - x0);
  const bottom = Math.min(wide, h - y0);
  for (let v = Math.max(0, -y0); v < bottom; v++) {
    const row = (y0 + v) * w + x0;
    const line = v * wide;
    for (let u = left; u < right; u++) {
      const a = cover[line + u];
      if (a === 255) pixels[row + u] = colour;
      else if (a) pixels[row + u] = over(colour, a, pixels[row + u]);
    }
  }
}

// One colour over another, both with their own opacity.
function over(colour, a, below) {
  const d = below >>> 24;
  if (!d) return ((colour & 0xffffff) | (a << 24)) >>> 0;
  const keep = (d * (255 - a)) / 255;
  const out = a + keep;
  const mix = (shift) => ((((colour >>> shift) & 255) * a + ((below >>> shift) & 255) * keep) / out) & 255;
  return ((out << 24) | (mix(16) << 16) | (mix(8) << 8) | mix(0)) >>> 0;
}

// A line into the density of lines, shared out between the two pixels beside it at each step; returns its pixels.
// Numbers are in 65536ths and nothing is allocated: it runs for tens of thousands of lines a frame.
function line(x0, y0, x1, y1, amount, w, h) {
  // Clipped to the layer without its border (Liang and Barsky 1984).
  const dx = x1 - x0;
  const dy = y1 - y0;
  let t0 = 0;
  let t1 = 1;
  if (dx !== 0) {
    const near = ((dx > 0 ? 1 : w - 2) - x0) / dx;
    const far = ((dx > 0 ? w - 2 : 1) - x0) / dx;
    if (near > t0) t0 = near;
    if (far < t1) t1 = far;
  } else if (x0 < 1 || x0 > w - 2) return 0;
  if (dy !== 0) {
    const near = ((dy > 0 ? 1 : h - 2) - y0) / dy;
    const far = ((dy > 0 ? h - 2 : 1) - y0) / dy;
    if (near > t0) t0 = near;
    if (far < t1) t1 = far;
  } else if (y0 < 1 || y0 > h - 2) return 0;
  if (t0 >= t1) return 0;
  const flat = Math.abs(dx) >= Math.abs(dy);
  const steps = ((t1 - t0) * Math.abs(flat ? dx : dy)) | 0;
  const ax = x0 + t0 * dx;
  const ay = y0 + t0 * dy;
  // Along runs pixel by pixel, across in fractions.
  const along = flat ? 1 : w;
  const across = flat ? w : 1;
  let at = (flat ? ax + 0.5 : ay + 0.5) | 0;
  let off = ((flat ? ay : ax) * 65536) | 0;
  const slope = ((flat ? dy / Math.abs(dx) : dx / Math.abs(dy)) * 65536) | 0;
  const turn = (flat ? dx : dy) > 0 ? along : -along;
  at *= along;
  for (let k = 0; k <= steps; k++) {
    const p = at + (off >> 16) * across;
    const rest = ((off & 65535) * amount) >> 16;
    density[p] += amount - rest;
    density[p + across] += rest;
    at += turn;
    off += slope;
  }
  return steps + 1;
}

const focused = () => state.node !== null || state.edge !== null || state.bridges;

function bright(i) {
  if (state.edge !== null) return i === link.source[state.edge] || i === link.target[state.edge];
  if (state.node !== null) return i === state.node || state.near.has(i) || i === state.hovered;
  return !state.bridges || bridgeNodes.has(i) || i === state.hovered;
}

function drawFrame(moving, bare = false) {
  const began = performance.now();
  // Where the last frames while moving were slow, they are drawn with fewer pixels until it rests.
  if (moving && lastFrame > 34) coarse = true;
  if (!moving) coarse = false;
  const scale = moving && coarse ? Math.max(ratio / 2, 0.5) : ratio;
  const [w, h] = [Math.max(Math.round(width * scale), 4), Math.max(Math.round(height * scale), 4)];
  if (layer.width !== w || layer.height !== h || !image) {
    [layer.width, layer.height] = [w, h];
    image = layerCtx.createImageData(w, h);
    pixels = new Uint32Array(image.data.buffer);
    density = new Uint16Array(w * h);
  }
  place(scale);
  drawLinks(w, h, moving);
  drawNodes(w, h);
  layerCtx.putImageData(image, 0, 0);
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
  ctx.fillStyle = theme().ground;
  ctx.fillRect(0, 0, width, height);
  if (state.colour === "cluster" && halo) drawHalo();
  ctx.imageSmoothingEnabled = scale !== ratio;
  ctx.drawImage(layer, 0, 0, width, height);
  if (!bare) {
    drawSelection();
    drawLabels(moving);
  }
  lastFrame = performance.now() - began;
}

function drawHalo() {
  const [left, top] = toScreen(-HALO, -HALO);
  ctx.imageSmoothingEnabled = true;
  ctx.globalAlpha = focused() ? 0.35 : Math.max(0.25, Math.min(1, 1.5 - zoomLevel() / 14));
  ctx.drawImage(halo, left, top, 2 * HALO * view.k, 2 * HALO * view.k);
  ctx.globalAlpha = 1;
}

function place(scale) {
  if (sx?.length !== count) [sx, sy, sr] = [0, 1, 2].map(() => new Float32Array(count));
  const k = view.k * scale;
  const [ox, oy] = [(width * scale) / 2 - view.x * k, (height * scale) / 2 - view.y * k];
  const room = Math.sqrt((width * height) / Math.max(count, 1));
  const unit = Math.min(Math.max(room * 0.17, 0.75), 4) * zoomLevel() ** 0.52 * scale;
  const most = 26 * scale;
  for (let i = 0; i < count; i++) {
    sx[i] = node.x[i] * k + ox;
    sy[i] = node.y[i] * k + oy;
    sr[i] = Math.min(bases[i] * unit, most);
  }
}

function drawLinks(w, h, moving) {
  density.fill(0);
  // Pixels of lines that one frame may cost; the strongest links come first.
  let budget = moving ? 5e5 : 3e6;
  const quiet = focused() ? 0.22 : 1;
  const soft = 34 * (w / width);
  const many = Math.min(1, Math.sqrt(16000 / Math.max(link.count, 1)));
  const { shown } = state;
  for (let e = 0; e < link.count && budget > 0; e++) {
    const a = link.source[e];
    const b = link.target[e];
    if (!shown[a] || !shown[b]) continue;
    const x0 = sx[a];
    const y0 = sy[a];
    const x1 = sx[b];
    const y1 = sy[b];
    if ((x0 < 0 && x1 < 0) || (y0 < 0 && y1 < 0) || (x0 > w && x1 > w) || (y0 > h && y1 > h)) continue;
    // Long lines say little from afar and cover much.
    const length = Math.abs(x1 - x0) + Math.abs(y1 - y0);
    const amount = (150 * quiet * many * Math.min(1, soft / (length + 1)) ** 0.9) | 0;
    if (amount >= 1) budget -= line(x0, y0, x1, y1, amount, w, h);
  }
  const top = lineInk.length - 1;
  for (let p = 0; p < density.length; p++) {
    const d = density[p];
    pixels[p] = d === 0 ? 0 : lineInk[d > top ? top : d];
  }
}

function drawNodes(w, h) {
  const { shown } = state;
  const dim = focused();
  for (const faint of dim ? [true, false] : [false]) {
    for (let k = count - 1; k >= 0; k--) {
      const i = ranked[k];
      if (!shown[i] || (dim && bright(i) === faint)) continue;
      const r = sr[i];
      const x = Math.round(sx[i]);
      const y = Math.round(sy[i]);
      if (x < -r || y < -r || x > w + r || y > h + r) continue;
      const colours = inks[ink[i]];
      if (faint) stamp(maskOf(node.type[i], r), x, y, colours.faint, w, h);
      else if (r < 3) stamp(maskOf(node.type[i], r), x, y, colours.fill, w, h);
      else {
        stamp(maskOf(node.type[i], r), x, y, colours.rim, w, h);
        stamp(maskOf(node.type[i], r - Math.max(1, r * 0.1)), x, y, colours.fill, w, h);
      }
    }
  }
}

// What is selected: its links over all others, a ring around it.
function drawSelection() {
  ctx.save();
  ctx.strokeStyle = theme().accent;
  ctx.lineCap = "round";
  const stroke = (a, b, wide, alpha) => {
    ctx.globalAlpha = alpha;
    ctx.lineWidth = wide;
    ctx.beginPath();
    ctx.moveTo(...toScreen(node.x[a], node.y[a]));
    ctx.lineTo(...toScreen(node.x[b], node.y[b]));
    ctx.stroke();
  };
  const at = ratioNow();
  const disc = (i, grow) => {
    ctx.beginPath();
    ctx.arc(...toScreen(node.x[i], node.y[i]), sr[i] * at + grow, 0, 2 * Math.PI);
  };
  if (state.node !== null) {
    for (const [e, other] of tiesOf(state.node)) if (state.shown[other]) stroke(state.node, other, Math.min(0.8 + Math.sqrt(link.shared[e]) * 0.45, 4), 0.55);
  }
  if (state.edge !== null) stroke(link.source[state.edge], link.target[state.edge], 3, 0.9);
  if (state.gaps) drawGaps();
  ctx.globalAlpha = 1;
  ctx.setLineDash([]);
  for (const i of [state.node, state.hovered]) {
    if (i === null) continue;
    disc(i, i === state.node ? 5 : 4);
    ctx.lineWidth = i === state.node ? 3 : 1.6;
    ctx.strokeStyle = theme().accent;
    ctx.stroke();
    disc(i, 0);
    ctx.fillStyle = colourOf(i);
    ctx.fill();
  }
  ctx.restore();
}
const ratioNow = () => width / layer.width;
