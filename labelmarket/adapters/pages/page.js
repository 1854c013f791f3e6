"use strict";
// Tables are sorted by their headings and searched by their row names; without this script they
// are read as they stand.
for (const table of document.querySelectorAll("table.sortable")) {
  const body = table.tBodies[0];
  const headings = [...table.tHead.rows[0].cells];
  const said = (row, column) => {
    const cell = row.cells[column];
    return cell.dataset.value === undefined ? cell.textContent : cell.dataset.value;
  };
  const sort = (heading, column) => {
    const number = heading.classList.contains("number");
    const before = heading.getAttribute("aria-sort");
    const down = before === "none" ? number : before === "ascending";
    for (const other of headings) other.setAttribute("aria-sort", "none");
    heading.setAttribute("aria-sort", down ? "descending" : "ascending");
    const rows = [...body.rows].map((row) => [row, said(row, column)]);
    rows.sort(([, a], [, b]) => {
      // Rows without a value come last, whichever way is up.
      if (number && (a === "" || b === "")) return (a === "") - (b === "");
      const order = number ? a - b : a.localeCompare(b, undefined, { numeric: true });
      return down ? -order : order;
    });
    body.append(...rows.map(([row]) => row));
  };
  headings.forEach((heading, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...heading.childNodes);
    heading.append(button);
    heading.setAttribute("aria-sort", "none");
    button.addEventListener("click", () => sort(heading, column));
  });
  if (table.dataset.search === undefined) continue;
  const field = document.createElement("input");
  const label = document.createElement("label");
  const found = document.createElement("output");
  field.type = "search";
  label.className = "search";
  label.append(`Find in ${headings[0].textContent.toLowerCase()}`, field, found);
  field.addEventListener("input", () => {
    const wanted = field.value.trim().toLowerCase();
    let shown = 0;
    for (const row of body.rows) {
      row.hidden = !row.cells[0].textContent.toLowerCase().includes(wanted);
      shown += row.hidden ? 0 : 1;
    }
    found.textContent = wanted === "" ? "" : `${shown} of ${body.rows.length}`;
  });
  table.parentElement.before(label);
}
