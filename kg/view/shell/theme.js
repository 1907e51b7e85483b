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
  const system = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : system.matches);
  // What draws by itself asks here, and is told of each change by the event "kg-theme" of the document.
  window.kgTheme = { isDark };
  const told = () => {
    document.getElementById("theme")?.setAttribute("aria-pressed", String(isDark()));
    document.dispatchEvent(new Event("kg-theme"));
  };
  system.addEventListener("change", told);
  document.addEventListener("DOMContentLoaded", () => {
    document.getElementById("theme")?.addEventListener("click", () => {
      root.dataset.theme = isDark() ? "light" : "dark";
      try {
        localStorage.setItem("kg-theme", root.dataset.theme);
      } catch {
        // Storage may be forbidden; the choice then holds for this page.
      }
      told();
    });
    told();
  });
})();
