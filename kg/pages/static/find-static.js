// The search of a static site. A page on disk may load a script, but not fetch a file: so the index is scripts, each
// with the words of one beginning, and what a page needs of them is loaded when it searches.
"use strict";
(() => {
  const root = new URL("../", document.currentScript.src);
  const loaded = new Map();
  const parts = new Map();
  const blocks = new Map();
  let about = null;

  const load = (name) => {
    if (!loaded.has(name)) {
      loaded.set(name, new Promise((done, failed) => {
        const script = document.createElement("script");
        script.src = new URL(`search/${name}.js`, root);
        script.onload = done;
        script.onerror = () => failed(new Error(`${name} cannot be read`));
        document.head.append(script);
      }));
    }
    return loaded.get(name);
  };

  window.kgSearch = {
    index: (given) => { about = given; },
    part: (number, words) => parts.set(number, words),
    docs: (number, things) => blocks.set(number, things),
  };

  // As kg.site.search has it.
  const CHARACTER = "\\u3040-\\u30ff\\u3400-\\u9fff\\uac00-\\ud7af\\uf900-\\ufaff";
  const WORD = new RegExp(`[${CHARACTER}]|(?:(?![${CHARACTER}])[\\p{L}\\p{N}])+`, "gu");
  const words = (text) => (
    text.normalize("NFKD").toLowerCase().replace(/\p{M}/gu, "").normalize("NFC").match(WORD) ?? []
  ).map((word) => [...word].slice(0, 24).join(""));

  // Thing -> whether a word is the whole of one of its names; of all words of one beginning, or of the word alone.
  const postings = async (word, beginning) => {
    const wanted = [];
    let own = -1;
    about.shards.forEach((start, number) => {
      if (word.startsWith(start) && (own < 0 || start.length > about.shards[own].length)) own = number;
      else if (beginning && start.startsWith(word)) wanted.push(number);
    });
    if (own >= 0) wanted.unshift(own);
    await Promise.all(wanted.map((number) => load(`w${number}`)));
    const found = new Map();
    for (const number of wanted) {
      for (const [name, steps] of Object.entries(parts.get(number))) {
        if (name !== word && !(beginning && name.startsWith(word))) continue;
        let at = 0;
        for (const step of steps) {
          at += step;
          const whole = (at & 1) === 0 && name === word;
          found.set(at >> 1, whole || (found.get(at >> 1) ?? false));
        }
      }
    }
    return found;
  };

  const matching = async (asked, allBeginnings) => {
    let kept = null;
    for (const [place, word] of asked.entries()) {
      const last = place === asked.length - 1;
      const here = await postings(word, (last || allBeginnings) && word.length > 1);
      const before = kept;
      kept = before ? new Map([...here].filter(([id]) => before.has(id)).map(([id, w]) => [id, w && before.get(id)])) : here;
      if (!kept.size) break;
    }
    return kept ?? new Map();
  };

  window.kgFind = async (text, limit) => {
    await load("index");
    const every = words(text);
    const rare = every.filter((word) => !about.common.includes(word));
    if (!every.length) return { total: 0, rows: [] };
    if (!rare.length) return { total: 0, rows: [], common: true };
    let found = await matching(rare, false);
    if (!found.size && rare.length > 1) found = await matching(rare, true);
    const ids = [...found].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, Math.max(limit, 60)).map(([id]) => id);
    await Promise.all([...new Set(ids.map((id) => Math.floor(id / about.block)))].map((number) => load(`d${number}`)));
    const query = every.join(" ");
    const nearness = (label) => {
      const name = words(label).join(" ");
      return name === query ? 0 : name.startsWith(query) ? 1 : 2;
    };
    const rows = ids.map((id, place) => {
      const [label, page, kind, detail] = blocks.get(Math.floor(id / about.block))[id % about.block];
      return { label, href: new URL(page, root).href, kind, detail, place, near: nearness(label) };
    });
    rows.sort((a, b) => (a.near === 0 ? 0 : 1) - (b.near === 0 ? 0 : 1) || a.place - b.place);
    return { total: found.size, rows: rows.slice(0, limit) };
  };
})();
