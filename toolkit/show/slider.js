// A slider that the browser makes itself: reached by Tab, moved by the arrow keys, and named by
// its label for a screen reader. It tells Python where it stands once it is let go.
function render({ model, el }) {
  const id = `st-slider-${Math.random().toString(36).slice(2)}`;
  const row = document.createElement("div");
  row.className = "st-slider";
  const label = document.createElement("label");
  label.htmlFor = id;
  label.textContent = model.get("label");
  const input = document.createElement("input");
  input.id = id;
  input.type = "range";
  for (const name of ["min", "max", "step"]) input[name] = model.get(name);
  const output = document.createElement("output");
  output.htmlFor = id;

  const digits = model.get("decimals");
  const write = () => {
    const figure = Number(input.value).toLocaleString("en-GB", {
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    });
    const unit = model.get("unit");
    const text = unit.startsWith("%") || !unit ? figure + unit : `${figure} ${unit}`;
    output.textContent = text;
    input.setAttribute("aria-valuetext", text);
  };
  const follow = () => {
    input.value = model.get("value");
    write();
  };
  // Otherwise JupyterLab takes the keys that move a slider for its own shortcuts.
  input.addEventListener("keydown", (event) => {
    if (/^(Arrow|Page|Home|End)/.test(event.key)) event.stopPropagation();
  });
  input.addEventListener("input", write);
  input.addEventListener("change", () => {
    model.set("value", Number(input.value));
    model.save_changes();
  });
  model.on("change:value", follow);
  follow();
  row.append(label, input, output);
  el.append(row);
  return () => model.off("change:value", follow);
}
export default { render };
