// Names over the nodes: of clusters from afar, of the entities as one comes near; never one over another.

const CELL = 6;
let taken = null;
let across = 1;
let placed = [];
const sprites = new Map();

// How wide texts are, and texts drawn once to be used again as pictures while the view moves.
const measured = new Map();
const ruler = document.createElement("canvas").getContext("2d");
let ruled = "";

function widthOf(text, font) {
  const key = `${font}${text}`;
  let w = measured.get(key);
  if (w === undefined) {
    if (ruled !== font) ruler.font = ruled = font;
    w = Math.ceil(ruler.measureText(text).width) + 8;
    if (measured.size > 20000) measured.clear();
    measured.set(key, w);
  }
  return w;
}

const label = (text, size, weight, colour) => {
  const font = `${weight} ${size}px ${FONT}`;
  return { text, font, size, bold: weight > 600, colour, w: widthOf(text, font), h: size + 8 };
};

// A text with a border in the colour of the ground.
function inscribe(pen, { text, font, bold, colour, h }, x, y) {
  if (pen.font !== font) pen.font = font;
  pen.textBaseline = "middle";
  pen.lineJoin = "round";
  pen.lineWidth = bold ? 4.5 : 3.5;
  pen.strokeStyle = theme().ground;
  pen.strokeText(text, x + 4, y + h / 2 + 0.5);
  pen.fillStyle = colour;
  pen.fillText(text, x + 4, y + h / 2 + 0.5);
}

function put(name, x, y, moving) {
  const key = `${name.font}${name.colour}${name.text}`;
  let made = sprites.get(key);
  if (!made && !moving) return inscribe(ctx, name, x, y);
  if (!made) {
    if (sprites.size > 800) sprites.clear();
    made = document.createElement("canvas");
    [made.width, made.height] = [name.w * ratio, name.h * ratio];
    const pen = made.getContext("2d");
    pen.scale(ratio, ratio);
    inscribe(pen, name, 0, 0);
    sprites.set(key, made);
  }
  ctx.drawImage(made, x, y, name.w, name.h);
}

function cells(box, visit) {
  const [left, right] = [Math.max(0, Math.floor(box.x / CELL)), Math.min(across - 1, Math.floor((box.x + box.w) / CELL))];
  const bottom = Math.min(taken.length / across - 1, Math.floor((box.y + box.h) / CELL));
  for (let y = Math.max(0, Math.floor(box.y / CELL)); y <= bottom; y++)
    for (let x = left; x <= right; x++) if (visit(y * across + x)) return true;
  return false;
}
const isTaken = (box) => cells(box, (c) => taken[c]);
const take = (box) => cells(box, (c) => { taken[c] = 1; return false; });

const nodeFont = (i) => Math.round(11.5 + 3.5 * Math.sqrt(state.weight[i] / Math.max(node.papers[ranked[0]], 1)));

function drawLabels(moving) {
  across = Math.ceil(width / CELL) + 1;
  taken = new Uint8Array(across * (Math.ceil(height / CELL) + 1));
  placed = [];
  if (!count) return;
  const free = freeMiddle();
  const limit = { x: width + 2 * free.x, y: height + 2 * free.y };
  const forced = [state.node, state.hovered].filter((i) => i !== null);
  if (state.edge !== null) forced.push(link.source[state.edge], link.target[state.edge]);
  for (const i of new Set(forced)) nameNode(i, limit, true, moving);
  if (state.gaps) nameGaps(moving);
  clusterNames(limit, moving);
  const z = zoomLevel();
  const most = (width * height) / (z < 2 ? 17000 : z < 6 ? 11000 : 8000);
  let tried = 0;
  // Of what lies in view those in most papers come first; when one is selected, its neighbours alone.
  const wanted = state.edge !== null ? [] : state.node !== null ? [...state.near].sort((a, b) => node.papers[b] - node.papers[a])
    : state.bridges ? [...bridgeNodes] : ranked;
  const at = ratioNow();
  for (const i of wanted) {
    if (placed.length >= most || tried > (moving ? 400 : 1500)) break;
    if (!state.shown[i] || i === state.node || i === state.hovered) continue;
    const [x, y] = [sx[i] * at, sy[i] * at];
    if (x < 0 || y < 0 || x > limit.x || y > limit.y) continue;
    tried += 1;
    nameNode(i, limit, false, moving);
  }
}

function nameNode(i, limit, forced, moving) {
  const at = ratioNow();
  const [x, y, r] = [sx[i] * at, sy[i] * at, sr[i] * at + (forced ? 5 : 0)];
  const name = label(short(nameOf(i), forced ? 48 : 32), nodeFont(i), forced ? 700 : 500, theme().text);
  const { w, h } = name;
  const spots = [[x - w / 2, y + r - 2], [x - w / 2, y - r - h + 2], [x + r, y - h / 2], [x - r - w, y - h / 2]];
  for (const [bx, by] of spots) {
    const box = { x: bx + 2, y: by + 3, w: w - 4, h: h - 6 };
    if (!forced && (bx < 0 || by < 0 || bx + w > limit.x || by + h > limit.y || isTaken(box))) continue;
    if (forced) {
      ctx.globalAlpha = 0.88;
      ctx.fillStyle = theme().ground;
      ctx.beginPath();
      ctx.roundRect(bx + 1, by + 1, w - 2, h - 2, 5);
      ctx.fill();
      ctx.globalAlpha = 1;
    }
    put(name, bx, by, moving);
    take(box);
    placed.push({ ...box, text: name.text, node: i });
    return;
  }
}

function clusterNames(limit, moving) {
  const z = zoomLevel();
  if (state.colour !== "cluster" && !state.gaps) return;
  const strong = Math.max(0, Math.min(1, (7 - z) / 3));
  if (!strong || state.node !== null || state.edge !== null) return;
  const biggest = Math.max(...clusterCentres.map((c) => c.size), 1);
  const order = clusterCentres.map((_, c) => c).sort((a, b) => clusterCentres[b].size - clusterCentres[a].size);
  const dark = kgTheme.isDark();
  for (const c of order) {
    if (clusterOff.has(c)) continue;
    const [x, y] = toScreen(clusterCentres[c].x, clusterCentres[c].y);
    const size = Math.round(12 + 4 * Math.sqrt(clusterCentres[c].size / biggest));
    const colour = mixed(clusterHues[c], dark ? 0.5 : -0.38);
    const lines = clusterName(c).split(" · ").flatMap((part) => wrapped(part, 26));
    const made = lines.map((text) => label(text, size, 700, colour));
    const w = Math.max(...made.map((m) => m.w));
    const h = made.length * (size + 3) + 5;
    for (const shift of [0, -0.8, 0.8]) {
      const box = { x: x - w / 2, y: y - h / 2 + shift * h, w, h };
      if (box.x < 0 || box.y < 0 || box.x + w > limit.x || box.y + h > limit.y || isTaken(box)) continue;
      ctx.globalAlpha = strong * (state.bridges ? 0.6 : 1);
      made.forEach((m, k) => put(m, x - m.w / 2, box.y + k * (size + 3), moving));
      ctx.globalAlpha = 1;
      take({ x: box.x - 4, y: box.y - 3, w: w + 8, h: h + 6 });
      placed.push({ ...box, text: lines.join(" "), cluster: c });
      break;
    }
  }
}

// Lines of about that many letters, parted between words.
function wrapped(text, letters) {
  const lines = [""];
  for (const word of text.split(" ")) {
    const last = lines[lines.length - 1];
    if (last && last.length + word.length > letters && lines.length < 3) lines.push(word);
    else lines[lines.length - 1] = last ? `${last} ${word}` : word;
  }
  return lines.map((part) => short(part, 40));
}
