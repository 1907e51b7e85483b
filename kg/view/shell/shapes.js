// Colours and shapes that say the same thing on every page: a type by colour and shape, a cluster by colour.

// Okabe and Ito's colours, which people with any kind of colour vision tell apart; a type also has its own shape.
const COLOURS = {
  Method: "#0072b2", Model: "#d55e00", Task: "#009e73", Dataset: "#e69f00", Metric: "#cc79a7", Concept: "#56b4e9",
  Paper: "#6b7680", Resource: "#9c8f7a",
};
const CLUSTER_COLOURS = [
  "#0072b2", "#e69f00", "#009e73", "#cc79a7", "#d55e00", "#56b4e9", "#882255", "#b5a900", "#44aa99", "#7f7f7f",
];
const SHAPES = {
  Method: "dot", Model: "square", Task: "triangle", Dataset: "diamond", Metric: "star", Concept: "hexagon",
  Paper: "page", Resource: "drop" };

const THEMES = {
  light: { ground: "#fbfbf9", text: "#1d2321", soft: "#59625e", accent: "#0b5cad", edge: "#8b9690", rim: -0.34 },
  dark: { ground: "#14181b", text: "#e9edee", soft: "#a7b1b6", accent: "#7cb8f5", edge: "#6d7a82", rim: 0.34 },
};
let themed = null;
const theme = () => (themed ??= THEMES[kgTheme.isDark() ? "dark" : "light"]);
document.addEventListener("kg-theme", () => { themed = null; });

function mixed(colour, amount) {
  const towards = amount < 0 ? 0 : 255;
  const part = (i) => parseInt(colour.slice(i, i + 2), 16);
  const mix = (value) => Math.round(value + (towards - value) * Math.abs(amount));
  return `rgb(${mix(part(1))} ${mix(part(3))} ${mix(part(5))})`;
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
    star: around(10, 0, 0.52), page: [[-0.62, -0.85], [0.62, -0.85], [0.62, 0.85], [-0.62, 0.85]], drop: around(5, 0),
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
