// The search of a server: it is asked.
"use strict";
(() => {
  let asking = null;
  window.kgFind = async (text, limit) => {
    asking?.abort();
    asking = new AbortController();
    const answer = await fetch(`/api/search?${new URLSearchParams({ q: text, limit })}`, { signal: asking.signal });
    if (!answer.ok) throw new Error(`the server answers ${answer.status}`);
    const rows = (await answer.json()).map((hit) => {
      const place = new URL(hit.iri).pathname.replace(/^.*?\/(concept|paper)\//, (_, kind) => (kind === "paper" ? "/paper/" : "/entity/"));
      const [kind, detail] = hit.kind === "paper" ? ["Paper", hit.detail.slice(0, 4)] : hit.detail.split(", ");
      return { label: hit.label, href: place, kind, detail: detail ?? "" };
    });
    return { total: rows.length, rows };
  };
})();
