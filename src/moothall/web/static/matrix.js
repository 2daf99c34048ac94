// The matrix by keys: arrows move from cell to cell, Enter looks at one closely, Escape goes back to it. Without this
// script each cell is a link to the same page with its week.
const table = document.querySelector("[data-matrix]");
const place = document.querySelector("[data-zoom-here]");
const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

// One cell takes the Tab, so that the keyboard needn't walk through all of them. Who switched the keys off keeps the
// plain links.
function start() {
  const links = [...table.querySelectorAll("a[data-zoom]")];
  const first = links.find((link) => link.hasAttribute("aria-current")) ?? links[0];
  links.forEach((link) => { link.tabIndex = link === first ? 0 : -1; });
  table.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const next = STEPS[event.key] ? beside(event.target, STEPS[event.key]) : atEnd(event.target, event.key);
    if (!next) return;
    event.preventDefault();
    go(next);
  });
  table.addEventListener("focusin", (event) => {
    if (event.target.matches("a[data-zoom]")) links.forEach((link) => { link.tabIndex = link === event.target ? 0 : -1; });
  });
}

function go(link) {
  link.focus();
  link.scrollIntoView({ block: "nearest", inline: "nearest" });
}

// The next cell in that direction that can be looked at; cells that are no part of the agreement are stepped over.
function beside(link, [down, right]) {
  const cell = link.closest("td");
  if (!cell) return null;
  const rows = [...table.tBodies[0].rows];
  let [row, column] = [rows.indexOf(cell.parentElement), cell.cellIndex];
  for (;;) {
    [row, column] = [row + down, column + right];
    const found = rows[row]?.cells[column];
    if (!found || found.tagName !== "TD") return null;
    const inside = found.querySelector("a[data-zoom]");
    if (inside) return inside;
  }
}

function atEnd(link, key) {
  if (key !== "Home" && key !== "End") return null;
  const inRow = [...(link.closest("tr")?.querySelectorAll("a[data-zoom]") ?? [])];
  return key === "Home" ? inRow[0] : inRow.at(-1);
}

async function open(link) {
  const [address] = link.href.split("#");
  let answer = null;
  try { answer = await fetch(address, { headers: { "Moothall-Fragment": "zoom" } }); } catch { /* the link itself says why */ }
  const text = answer?.ok ? (await answer.text()).trim() : "";
  if (!text.startsWith("<section")) return location.assign(link.href);
  place.innerHTML = text;
  mark(link.dataset.zoom || place.querySelector("[data-cell]").dataset.cell);
  history.replaceState(null, "", link.href);
  place.querySelector("h2").focus();
  place.scrollIntoView({ block: "nearest" });
}

function close() {
  const [cell, back] = [place.querySelector("[data-cell]").dataset.cell, place.querySelector("[data-close-zoom]").href];
  place.replaceChildren();
  mark("");
  history.replaceState(null, "", back.split("#")[0]);
  [...document.querySelectorAll(`[data-zoom="${cell}"]`)].find((link) => link.offsetParent)?.focus();
}

function mark(cell) {
  table?.querySelectorAll("a[data-zoom]").forEach((link) => {
    if (link.dataset.zoom === cell) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  });
}

function keysAreOff() {
  try { return localStorage.getItem("moothall.keys") === "off"; } catch { return false; }
}

document.addEventListener("click", (event) => {
  if (event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  const link = event.target.closest("a[data-zoom], a[data-close-zoom]");
  if (!link || !place) return;
  event.preventDefault();
  if ("closeZoom" in link.dataset) close();
  else open(link);
});

if (!keysAreOff()) {
  if (table) start();
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !place?.firstElementChild) return;
    if (!event.target.closest("[data-zoom-here], [data-matrix]")) return;
    event.preventDefault();
    close();
  });
  if (place?.firstElementChild && location.hash === "#zoom") place.querySelector("h2").focus();
}
