// Tables that sort by a click on a heading, and rows that a word filters. Without this script they are plain tables.
const SCALES = { ns: 1e-9, "µs": 1e-6, ms: 1e-3, s: 1, KiB: 1024, MiB: 1048576, GiB: 1073741824 };
function worth(text) {
  const number = text.replace(/,/g, "").match(/^-?[\d.]+(e-?\d+)?/);
  if (!number) return null;
  const unit = text.match(/\s(ns|µs|ms|s|KiB|MiB|GiB)(?=\s|$)/);
  return number[0] * (unit ? SCALES[unit[1]] : 1);
}
function compared(one, other) {
  const [a, b] = [worth(one), worth(other)];
  if (a !== null && b !== null) return a - b;
  if (a !== null || b !== null) return a === null ? 1 : -1;
  return !one - !other || one.localeCompare(other);
}
for (const table of document.querySelectorAll("table.sorts")) {
  const body = table.tBodies[0], headings = [...table.tHead.rows[0].cells];
  headings.forEach((heading, column) => {
    const button = document.createElement("button");
    button.append(...heading.childNodes);
    heading.append(button);
    button.addEventListener("click", () => {
      const down = heading.getAttribute("aria-sort") === "ascending";
      headings.forEach((other) => other.removeAttribute("aria-sort"));
      heading.setAttribute("aria-sort", down ? "descending" : "ascending");
      const text = (row) => row.cells[column].textContent;
      const rows = [...body.rows].sort((a, b) => compared(text(a), text(b)));
      body.append(...(down ? rows.reverse() : rows));
    });
  });
}
const cells = document.getElementById("cells");
if (cells) {
  const label = document.createElement("label"), field = document.createElement("input"), count = document.createElement("output");
  label.className = "filter";
  field.type = "search";
  field.placeholder = "for instance: fused 1,000";
  label.append("Show rows with ", field, count);
  cells.after(label);
  field.addEventListener("input", () => {
    const words = field.value.toLowerCase().split(" ").filter(Boolean);
    let shown = 0;
    for (const row of label.parentElement.querySelectorAll("table.sorts tbody tr")) {
      const text = row.textContent.toLowerCase();
      row.hidden = !words.every((word) => text.includes(word));
      shown += !row.hidden;
    }
    for (const fold of label.parentElement.querySelectorAll("details")) {
      fold.open = words.length > 0 && [...fold.querySelectorAll("tbody tr")].some((row) => !row.hidden);
    }
    count.textContent = words.length ? ` ${shown} ${shown === 1 ? "row" : "rows"}` : "";
  });
}
