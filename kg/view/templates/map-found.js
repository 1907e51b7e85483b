// What network science found, on demand: entities that join clusters, and clusters that hardly meet.

let bridgeNodes = new Set();

function foundLists() {
  const { bridges, gaps } = more;
  bridgeNodes = new Set(bridges.map(([i]) => i));
  byId("bridges-box").hidden = !bridges.length;
  byId("gaps-box").hidden = !gaps.length;
  byId("bridges-list").replaceChildren(...bridges.map(([i, z, sides]) => {
    const where = make("span", { class: "number between" });
    where.textContent = sides.slice(0, 2).map(clusterName).join(" and ");
    return make("li", {}, nodeButton(i), where);
  }));
  byId("gaps-list").replaceChildren(...gaps.map(([one, other, observed, expected], g) => {
    const button = make("button", { type: "button", class: "entry", onclick: () => showGap(g) });
    const name = said("span", `${clusterName(one)} and ${clusterName(other)}`, { class: "name wrap" });
    button.append(name, make("span", { class: "number" }, `${observed} of ${expected}`));
    return make("li", {}, button);
  }));
}

function toggle(name, on) {
  state[name] = on;
  byId(name).setAttribute("aria-pressed", String(on));
  byId(name).textContent = `${on ? "Hide" : "Show"} ${name}`;
  byId(`${name}-list`).hidden = !on;
  redraw();
}

// A gap: a broken line between the two clusters, with how many papers there are and how many were expected.
function drawGaps() {
  ctx.save();
  ctx.lineWidth = 2.2;
  ctx.setLineDash([2, 7]);
  ctx.lineCap = "round";
  ctx.strokeStyle = theme().text;
  for (const [one, other] of more.gaps) {
    if (clusterOff.has(one) || clusterOff.has(other)) continue;
    ctx.globalAlpha = 0.6;
    ctx.beginPath();
    ctx.moveTo(...toScreen(clusterCentres[one].x, clusterCentres[one].y));
    ctx.lineTo(...toScreen(clusterCentres[other].x, clusterCentres[other].y));
    ctx.stroke();
  }
  ctx.restore();
}

// Said before other names take the room.
function nameGaps(moving) {
  for (const [one, other, observed, expected] of more.gaps) {
    if (clusterOff.has(one) || clusterOff.has(other)) continue;
    const [x, y] = toScreen((clusterCentres[one].x + clusterCentres[other].x) / 2, (clusterCentres[one].y + clusterCentres[other].y) / 2);
    const name = label(`gap: ${observed} of ${expected} papers`, 12, 650, theme().text);
    const { w, h } = name;
    const box = { x: x - w / 2 - 3, y: y - h / 2, w: w + 6, h };
    if (isTaken(box)) continue;
    ctx.fillStyle = theme().ground;
    ctx.globalAlpha = 0.9;
    ctx.beginPath();
    ctx.roundRect(box.x, box.y, box.w, box.h, 9);
    ctx.fill();
    ctx.globalAlpha = 1;
    put(name, x - w / 2, y - h / 2, moving);
    take(box);
    placed.push({ ...box, text: name.text });
  }
}

function showGap(g) {
  const [one, other, observed, expected, unmet, closers] = more.gaps[g];
  const facts = make("p", { class: "kind" });
  facts.append(said("span", `${plural(observed, "paper")} on both, where ${expected} would be expected`));
  const said1 = unmet.length ? listed(unmet, 5, (text) => make("li", {}, said("span", text)), { class: "papers" }) : [];
  const joins = closers.length ? [make("ul", { class: "ends" }, ...closers.map((i) => make("li", {}, nodeButton(i))))] : [];
  select(null, { address: false, hide: false });
  showPanel([
    head(`Gap: ${clusterName(one)} and ${clusterName(other)}`), facts,
    ...section("Not named together", said1), ...section("Tied to both sides", joins),
  ]);
  const [a, b] = [clusterCentres[one], clusterCentres[other]];
  const wide = 0.12;
  moveTo(target(Math.min(a.x, b.x) - wide, Math.min(a.y, b.y) - wide, Math.max(a.x, b.x) + wide, Math.max(a.y, b.y) + wide, view.fit * 4));
}

function foundControls() {
  for (const name of ["bridges", "gaps"]) byId(name).addEventListener("click", () => toggle(name, !state[name]));
}
