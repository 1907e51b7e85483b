// A row of a facet, on every page that filters: a checkbox with its total, a slider over the values that occur.

function checkRow(value, { off, name, picture, total }, apply) {
  const input = make("input", { type: "checkbox", checked: !off.has(value) });
  input.addEventListener("change", () => {
    off[input.checked ? "delete" : "add"](value);
    apply();
  });
  const number = make("span", { class: "number" });
  number.textContent = total.toLocaleString("en");
  return make("label", { class: "check" }, input, picture?.(value), said("span", name(value), { class: "name" }), number);
}

function rangeRow(name, step, apply) {
  const output = make("output", { for: `range-${name}` });
  const input = make("input", { id: `range-${name}`, type: "range", min: 0, max: step.values.length - 1, step: 1 });
  step.show = () => {
    input.value = step.at;
    output.textContent = step.values[step.at];
    input.setAttribute("aria-valuetext", String(step.values[step.at]));
  };
  step.show();
  input.addEventListener("input", () => {
    step.at = Number(input.value);
    step.show();
    apply();
  });
  return make("div", { class: "range" }, make("label", { for: `range-${name}` }, make("span", {}, step.label), output), input);
}
