// Suggestions under each search field, and the results of the search page where these are made in the browser.
"use strict";
(() => {
  const SUGGESTED = 8;
  const SHOWN = 60;
  const field = document.getElementById("find");
  const found = document.getElementById("found");
  // As kg.query.printable: what would turn or move the text is shown as its code.
  const shown = (text) => text.replace(
    /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  const make = (name, text, attributes = {}) => {
    const element = document.createElement(name);
    if (text) element.textContent = text;
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    return element;
  };
  const label = (row) => {
    const inner = make("bdi", shown(row.label));
    return inner;
  };

  const suggest = () => {
    const box = field.closest("search");
    const list = make("ul", "", { id: "matches", class: "matches", role: "listbox", "aria-label": "Found", hidden: "" });
    box.append(list);
    for (const [key, value] of [["role", "combobox"], ["aria-expanded", "false"], ["aria-controls", "matches"], ["aria-autocomplete", "list"]]) {
      field.setAttribute(key, value);
    }
    let rows = [];
    let chosen = -1;
    let asked = 0;
    let timer = 0;
    const close = () => {
      list.hidden = true;
      chosen = -1;
      field.setAttribute("aria-expanded", "false");
      field.removeAttribute("aria-activedescendant");
    };
    const choose = (number) => {
      chosen = number;
      [...list.children].forEach((item, i) => item.setAttribute("aria-selected", String(i === chosen)));
      if (chosen < 0) field.removeAttribute("aria-activedescendant");
      else {
        field.setAttribute("aria-activedescendant", list.children[chosen].id);
        list.children[chosen].scrollIntoView({ block: "nearest" });
      }
    };
    const look = async () => {
      const number = ++asked;
      const text = field.value.trim();
      if (text.length < 2) return close();
      try {
        const answer = await window.kgFind(text, SUGGESTED);
        if (number !== asked) return;
        rows = answer.rows;
      } catch (error) {
        if (error.name === "AbortError" || number !== asked) return;
        rows = [];
      }
      list.replaceChildren(...rows.map((row, i) => {
        const item = make("li", "", { id: `match-${i}`, role: "option", "aria-selected": "false" });
        const name = make("span", "", { class: "name" });
        name.append(label(row));
        item.append(name, make("span", [row.kind, row.detail].filter(Boolean).join(", "), { class: "number" }));
        item.addEventListener("pointerdown", (event) => event.preventDefault());
        item.addEventListener("click", () => { location.href = row.href; });
        return item;
      }));
      if (!rows.length) return close();
      list.hidden = false;
      field.setAttribute("aria-expanded", "true");
      choose(-1);
    };
    field.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(look, 120);
    });
    field.addEventListener("keydown", (event) => {
      if (list.hidden) return;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        const step = event.key === "ArrowDown" ? 1 : -1;
        const places = rows.length + 1;
        choose(((chosen + 1 + step + places) % places) - 1);
      } else if (event.key === "Enter" && chosen >= 0) {
        event.preventDefault();
        location.href = rows[chosen].href;
      } else if (event.key === "Escape") {
        event.preventDefault();
        close();
      }
    });
    field.addEventListener("blur", close);
  };

  const section = (name, id, rows) => {
    const part = make("section", "", { "aria-labelledby": id });
    const list = make("ul", "", { class: "list" });
    for (const row of rows) {
      const item = make("li");
      const link = make("a", "", { class: "name", href: row.href });
      if (row.kind !== "Paper") link.setAttribute("data-type", row.kind);
      link.append(label(row));
      item.append(link, make("span", row.kind === "Paper" ? row.detail : `${row.kind}, ${row.detail}`, { class: "number" }));
      list.append(item);
    }
    part.append(make("h2", name, { id }), list);
    return part;
  };

  const results = async () => {
    const text = new URLSearchParams(location.search).get("q") ?? "";
    const status = found.querySelector("[role=status]");
    field.value = text;
    if (!text.trim()) return;
    document.title = `${shown(text)}: ${document.title}`;
    try {
      const answer = await window.kgFind(text, SHOWN);
      const { rows, total } = answer;
      if (answer.common) status.textContent = "These words are in too many names to tell anything apart. Add another one.";
      else if (!total) status.textContent = "No name and no title here holds all of these words. Try fewer.";
      else {
        const many = `${total.toLocaleString("en")} ${total === 1 ? "match" : "matches"}`;
        status.textContent = total > rows.length ? `${many}; the best ${rows.length} are shown` : many;
      }
      for (const [name, id, part] of [
        ["Entities", "entity", rows.filter((row) => row.kind !== "Paper")],
        ["Papers", "paper", rows.filter((row) => row.kind === "Paper")],
      ]) if (part.length) found.append(section(name, id, part));
    } catch (error) {
      status.textContent = `The search does not work here: ${error.message}`;
    }
  };

  if (field) suggest();
  if (found) results();
})();
