"use strict";
(() => {
  const query = document.getElementById("query");
  query?.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) query.form.requestSubmit();
  });
})();
