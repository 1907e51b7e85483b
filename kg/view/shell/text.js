// The few ways in which text and elements are made from what a page knows, and small things that every page needs.

const root = document.documentElement;
const byId = (id) => document.getElementById(id);
const plural = (n, one, many = `${one}s`) => `${n.toLocaleString("en")} ${n === 1 ? one : many}`;
const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
const narrow = matchMedia("(max-width: 760px)");

const ROLE_NAMES = {
  introduces: "Introduced by", uses: "Used by", studies: "Studied by", evaluates_on: "Evaluated on by",
  compares_with: "Compared with by", mentions: "Mentioned by",
};

// Control characters have no shape of their own: each is shown as its picture, so that nothing is hidden in a name.
function visible(text) {
  return String(text)
    .replace(/[\u0000-\u0008\u000b-\u001f]/g, (c) => String.fromCharCode(0x2400 + c.charCodeAt(0)))
    .replace(/\u007f/g, "\u2421")
    .replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, "\ufffd");
}

// Cut between characters as a reader sees them, never inside an emoji or an accented letter.
const graphemes = typeof Intl.Segmenter === "function" ? new Intl.Segmenter() : null;
function short(text, limit) {
  if (text.length <= limit) return text;
  const start = text.slice(0, limit * 4);
  const parts = graphemes ? Array.from(graphemes.segment(start), (s) => s.segment) : Array.from(start);
  return parts.length <= limit && start.length === text.length ? text : `${parts.slice(0, limit).join("")}…`;
}

// For one-line places, where direction marks of one name must not turn its neighbours around.
function oneLine(text, limit) {
  const clean = visible(text).replace(/[\u202a-\u202e\u2066-\u2069\u200e\u200f]/g, "").replace(/\s+/g, " ").trim();
  return short(clean, limit) || "(no name)";
}

// All elements are made here. Text from data enters as text and in no other way.
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child != null));
  return element;
}

function said(tag, text, attributes = {}) {
  const element = make(tag, { dir: "auto", ...attributes });
  element.textContent = visible(text);
  return element;
}

function safeUrl(url) {
  if (typeof url !== "string" || !/^https?:\/\//i.test(url)) return null;
  try {
    const parsed = new URL(url);
    return parsed.protocol === "http:" || parsed.protocol === "https:" ? parsed.href : null;
  } catch {
    return null;
  }
}

// A title, as a link where its address is one of the web.
function linked(title, url) {
  const href = safeUrl(url);
  const text = short(visible(title), 600);
  const attributes = href ? { href, target: "_blank", rel: "noopener noreferrer" } : {};
  return said(href ? "a" : "span", text || "(no title)", attributes);
}
