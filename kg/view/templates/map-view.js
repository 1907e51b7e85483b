// Where one looks: the middle of the view and its scale, the gestures that change them, and when a frame is drawn.

const graphBox = byId("graph");
const sheet = byId("sheet");
const ctx = sheet.getContext("2d", { alpha: false });
const FONT = getComputedStyle(document.body).fontFamily;
// The place in the middle, and pixels a unit of the map; `fit` is the scale that shows all of it.
const view = { x: 0, y: 0, k: 1, fit: 1 };
const MOST = 400;
let width = 1;
let height = 1;
let ratio = 1;
let asked = 0;
let resting = 0;
let motion = null;

const toScreen = (x, y) => [(x - view.x) * view.k + width / 2, (y - view.y) * view.k + height / 2];
const toMap = (x, y) => [(x - width / 2) / view.k + view.x, (y - height / 2) / view.k + view.y];
const zoomLevel = () => view.k / view.fit;

// A frame as soon as the screen takes one; while things move a quick one, and a fine one when they rest.
function redraw(moving = false) {
  if (moving) {
    clearTimeout(resting);
    resting = setTimeout(() => { resting = 0; redraw(); }, 140);
  }
  asked ||= requestAnimationFrame(() => {
    asked = 0;
    drawFrame(resting !== 0 || motion !== null);
  });
}

function resize() {
  width = Math.max(graphBox.clientWidth, 1);
  height = Math.max(graphBox.clientHeight, 1);
  ratio = Math.min(devicePixelRatio || 1, 2);
  sheet.width = Math.round(width * ratio);
  sheet.height = Math.round(height * ratio);
  sheet.style.width = `${width}px`;
  sheet.style.height = `${height}px`;
}

// The middle of the part of the drawing that the panel leaves free, as an offset from the middle of the drawing.
function freeMiddle() {
  const graph = graphBox.getBoundingClientRect();
  const covered = panel.hidden ? null : panel.getBoundingClientRect();
  if (!covered) return { x: 0, y: 0 };
  return narrow.matches ? { x: 0, y: -(graph.bottom - covered.top) / 2 } : { x: -(graph.right - covered.left) / 2, y: 0 };
}

function target(left, top, right, bottom, most) {
  const free = freeMiddle();
  const pad = { x: narrow.matches ? 26 : 70, top: 40, bottom: panel.hidden || !narrow.matches ? 70 : 40 };
  const room = { x: width + 2 * free.x - 2 * pad.x, y: height + 2 * free.y - pad.top - pad.bottom };
  const k = Math.min(Math.max(room.x, 40) / Math.max(right - left, 1e-9), Math.max(room.y, 40) / Math.max(bottom - top, 1e-9), most);
  const shift = { x: free.x, y: free.y + (pad.top - pad.bottom) / 2 };
  return { x: (left + right) / 2 - shift.x / k, y: (top + bottom) / 2 - shift.y / k, k };
}

function bounds(nodes) {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const i of nodes) {
    left = Math.min(left, node.x[i]);
    right = Math.max(right, node.x[i]);
    top = Math.min(top, node.y[i]);
    bottom = Math.max(bottom, node.y[i]);
  }
  return [left, top, right, bottom];
}

const whole = () => (count ? target(...bounds(ranked), MOST) : { x: 0, y: 0, k: 1 });

function fitAll(animated = true) {
  const to = whole();
  if (panel.hidden) view.fit = to.k;
  moveTo(to, animated);
}

// Flies there, in over what lies between when it is far; at once for who prefers no motion.
function moveTo(to, animated = true) {
  cancelAnimationFrame(motion);
  motion = null;
  if (!animated || still) {
    Object.assign(view, to);
    redraw();
    settled();
    return;
  }
  const from = { ...view };
  const far = Math.hypot(to.x - from.x, to.y - from.y);
  const apart = far * Math.min(from.k, to.k) / Math.max(width, 1);
  const lift = Math.min(Math.max(Math.log2(apart), 0), 4) * 0.5;
  const time = 260 + 160 * Math.min(Math.abs(Math.log2(to.k / from.k)) + lift, 4);
  const start = performance.now();
  const step = (now) => {
    const t = Math.min(Math.max((now - start) / time, 0), 1);
    const s = t * t * (3 - 2 * t);
    view.k = from.k * (to.k / from.k) ** s * 2 ** (-4 * lift * s * (1 - s));
    // Near the goal the scale is the goal's: to move at one pace on the screen, the place follows it.
    const p = Math.abs(to.k / from.k - 1) < 1e-3 || lift ? s : (1 - from.k / view.k) / (1 - from.k / to.k);
    view.x = from.x + (to.x - from.x) * p;
    view.y = from.y + (to.y - from.y) * p;
    motion = t < 1 ? requestAnimationFrame(step) : null;
    if (motion === null) { Object.assign(view, to); settled(); }
    drawFrame(motion !== null);
  };
  motion = requestAnimationFrame(step);
}

function zoomAt(x, y, factor, animated = false) {
  const k = Math.min(Math.max(view.k * factor, view.fit * 0.3), view.fit * MOST);
  const [mx, my] = toMap(x, y);
  const to = { x: mx - (x - width / 2) / k, y: my - (y - height / 2) / k, k };
  if (animated) moveTo(to);
  else { Object.assign(view, to); redraw(true); settled(); }
}

const pointers = new Map();
let dragged = false;
let pinch = null;
const here = (event) => {
  const box = sheet.getBoundingClientRect();
  return [event.clientX - box.left, event.clientY - box.top];
};

function endMotion() {
  cancelAnimationFrame(motion);
  motion = null;
}

function gestures() {
  sheet.addEventListener("pointerdown", (event) => {
    if (event.button > 0) return;
    endMotion();
    sheet.setPointerCapture(event.pointerId);
    pointers.set(event.pointerId, here(event));
    if (pointers.size === 1) dragged = false;
    pinch = null;
  });
  sheet.addEventListener("pointermove", (event) => {
    const at = here(event);
    const last = pointers.get(event.pointerId);
    if (!last) return hoverAt(...at);
    if (pointers.size === 1) {
      if (!dragged && Math.hypot(at[0] - last[0], at[1] - last[1]) < 4) return;
      if (!dragged) endHover();
      dragged = true;
      sheet.classList.add("dragging");
      view.x -= (at[0] - last[0]) / view.k;
      view.y -= (at[1] - last[1]) / view.k;
      redraw(true);
    } else if (pointers.size === 2) {
      dragged = true;
      const [other] = [...pointers].filter(([id]) => id !== event.pointerId).map(([, p]) => p);
      const gap = Math.hypot(at[0] - other[0], at[1] - other[1]);
      if (pinch) zoomAt((at[0] + other[0]) / 2, (at[1] + other[1]) / 2, gap / pinch);
      pinch = gap;
    }
    pointers.set(event.pointerId, at);
  });
  const up = (event) => {
    if (!pointers.delete(event.pointerId)) return;
    pinch = null;
    sheet.classList.remove("dragging");
    if (event.type === "pointerup" && !dragged && !pointers.size) clickAt(...here(event), event.pointerType === "touch" ? 16 : 6);
    if (dragged && !pointers.size) settled();
  };
  sheet.addEventListener("pointerup", up);
  sheet.addEventListener("pointercancel", up);
  sheet.addEventListener("pointerleave", () => { if (!pointers.size) endHover(); });
  sheet.addEventListener("wheel", (event) => {
    event.preventDefault();
    endMotion();
    const lines = event.deltaMode === 1 ? 16 : event.deltaMode === 2 ? 400 : 1;
    zoomAt(...here(event), 2 ** (-Math.max(-240, Math.min(240, event.deltaY * lines)) / (event.ctrlKey ? 120 : 320)));
  }, { passive: false });
  sheet.addEventListener("dblclick", (event) => zoomAt(...here(event), 2.2, true));
  sheet.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (by) {
      view.x += (by[0] * 80) / view.k;
      view.y += (by[1] * 80) / view.k;
      redraw(true);
      settled();
    } else if (event.key === "+" || event.key === "=") zoomAt(width / 2, height / 2, 1.4, true);
    else if (event.key === "-") zoomAt(width / 2, height / 2, 1 / 1.4, true);
    else if (event.key === "0") fitAll();
    else return;
    event.preventDefault();
  });
  new ResizeObserver(() => { resize(); redraw(); }).observe(graphBox);
}
