// Before the first paint: the reader's choice of colours, if there is one; and whether scripts run at all.
"use strict";
(() => {
  const root = document.documentElement;
  root.classList.add("scripted");
  try {
    const chosen = localStorage.getItem("kg-theme");
    if (chosen === "dark" || chosen === "light") root.dataset.theme = chosen;
  } catch {
    // Storage may be forbidden; the system's colours are used then.
  }
})();
