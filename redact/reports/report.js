"use strict";
(() => {
  const value = (row, column) => {
    const cell = row.cells[column];
    const text = cell ? cell.dataset.order || cell.textContent.trim() : "";
    const number = Number(text.replace(/[,\s%]/g, ""));
    return text !== "" && !Number.isNaN(number) ? number : text;
  };
  const compare = (a, b) => {
    if (typeof a === "number" && typeof b === "number") return a - b;
    if (a === "" || b === "") return (a === "") - (b === "");
    return String(a).localeCompare(String(b), "en");
  };
  for (const table of document.querySelectorAll("table.sortable")) {
    const heads = Array.from(table.tHead.rows[0].cells);
    heads.forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = head.textContent;
      head.replaceChildren(button);
      button.addEventListener("click", () => {
        const down = head.getAttribute("aria-sort") === "ascending";
        const body = table.tBodies[0];
        const rows = Array.from(body.rows).map((row) => [value(row, column), row]);
        rows.sort((a, b) => (down ? -compare(a[0], b[0]) : compare(a[0], b[0])));
        for (const other of heads) other.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        body.append(...rows.map((row) => row[1]));
      });
    });
  }
  addEventListener("beforeprint", () => {
    for (const part of document.querySelectorAll("details")) part.open = true;
  });
})();
