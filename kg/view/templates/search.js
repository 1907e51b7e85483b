// The search box: a combobox whose list follows what is typed, in labels and in other names.

const field = byId("search");
const matches = byId("matches");
let active = -1;

const folded = (text) => text.slice(0, 300).normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
let keys = null;

// 0 the label itself, 1 its beginning, 2 the beginning of another name, 3 somewhere inside; null where it is not.
function rank(i, query) {
  const [label, ...others] = keys[i];
  if (label === query || others.includes(query)) return 0;
  if (label.startsWith(query)) return 1;
  if (others.some((key) => key.startsWith(query))) return 2;
  return keys[i].some((key) => key.includes(query)) ? 3 : null;
}

function found(text) {
  const query = folded(text.trim());
  if (!query) return [];
  // Made when it is first asked for: a map has many names.
  keys ??= Array.from({ length: count }, (_, i) => keysOf(i).map(folded));
  const best = [[], [], [], []];
  for (const i of ranked) {
    const r = rank(i, query);
    if (r !== null && best[r].length < 12) best[r].push(i);
    if (best[0].length + best[1].length >= 12) break;
  }
  return best.flat().slice(0, 12);
}

function openMatches() {
  const list = found(field.value);
  matches.replaceChildren(...list.map((i, k) => {
    const type = make("span", { class: "number" }, typeOf(i));
    const item = make("li", { role: "option", id: `match-${k}`, "aria-selected": "false" },
      nodeSwatch(i), said("span", nameOf(i), { class: "name" }), type);
    item.addEventListener("mousedown", (event) => event.preventDefault());
    item.addEventListener("click", () => pick(i));
    item.dataset.node = i;
    return item;
  }));
  const asked = field.value.trim() !== "";
  if (!list.length && asked) {
    matches.append(make("li", { class: "nothing", role: "option", "aria-disabled": "true", "aria-selected": "false" }, `No ${data.noun} of that name`));
  }
  matches.hidden = !asked;
  field.setAttribute("aria-expanded", String(asked));
  activate(list.length ? 0 : -1);
}

function activate(k) {
  active = k;
  [...matches.children].forEach((item, n) => item.setAttribute("aria-selected", String(n === k)));
  if (k < 0) return field.removeAttribute("aria-activedescendant");
  field.setAttribute("aria-activedescendant", `match-${k}`);
  matches.children[k].scrollIntoView({ block: "nearest" });
}

function closeMatches() {
  matches.hidden = true;
  field.setAttribute("aria-expanded", "false");
  field.removeAttribute("aria-activedescendant");
}

function pick(i) {
  closeMatches();
  field.value = "";
  select(i, { move: true });
}

field.addEventListener("input", openMatches);
field.addEventListener("blur", closeMatches);
field.addEventListener("keydown", (event) => {
  const items = matches.querySelectorAll("[data-node]");
  if (event.key === "Escape" && !matches.hidden) {
    closeMatches();
    event.stopPropagation();
  } else if (event.key === "Enter" && !matches.hidden && items[active]) {
    pick(Number(items[active].dataset.node));
  } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && items.length) {
    if (matches.hidden) openMatches();
    else activate((active + (event.key === "ArrowDown" ? 1 : items.length - 1)) % items.length);
  } else return;
  event.preventDefault();
});
