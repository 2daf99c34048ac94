// The map of a question: a click or the keyboard sets its mark and goes closer, without a new page. What is drawn, and
// where a mark is in words, the server tells (web/maps.py); without this file each click is a page of its own.
const METRES = 111132; // of a degree of latitude
const [CLOSER, CLOSEST] = [3, 300];
const [SMALL, WIDE] = [[288, 288], [600, 420]];
const SETTLED_MS = 400;
const ALL = 5e5; // more than any map is wide
const MOVES = { ArrowUp: [0, 1], ArrowDown: [0, -1], ArrowRight: [1, 0], ArrowLeft: [-1, 0] };
const maps = new WeakMap();

class PointMap {
  constructor(root) {
    const { at, metres, whole } = root.dataset;
    this.root = root;
    this.picture = root.querySelector("[data-map-picture]");
    this.field = root.querySelector("[data-map-mark]");
    this.middle = this.home = read(at);
    this.metres = Number(metres) >= Number(whole) ? Infinity : Number(metres);
    this.mark = this.field.value ? read(this.field.value) : null;
    this.picture.setAttribute("role", "application");
    this.picture.setAttribute("aria-roledescription", "map");
    root.querySelector(".map__how").textContent =
      "Choose the place on the map: it goes closer each time. Or use the arrow keys, and plus and minus to go closer and farther.";
    this.fit();
  }

  // To the room that there is, also when a phone is turned.
  fit() {
    const size = this.root.clientWidth >= WIDE[0] ? WIDE : SMALL;
    if (size === this.size) return;
    const all = this.metres >= (this.whole ?? Infinity);
    this.size = size;
    this.whole = (this.root.dataset.whole * size[0]) / size[1]; // all of the land, in this shape
    this.metres = all ? this.whole : Math.min(this.metres, this.whole);
    [this.picture.width, this.picture.height] = size;
    this.draw();
  }

  // Metres east and north of the middle to degrees, and back to the map's pixels.
  spot(east, north) {
    const [lat, lon] = this.middle;
    return [lat + north / METRES, lon + east / METRES / Math.cos((lat * Math.PI) / 180)];
  }

  pixel([lat, lon]) {
    const scale = this.size[0] / this.metres;
    const east = (lon - this.middle[1]) * METRES * Math.cos((this.middle[0] * Math.PI) / 180);
    return [this.size[0] / 2 + east * scale, this.size[1] / 2 - (lat - this.middle[0]) * METRES * scale];
  }

  draw() {
    this.picture.src = `${this.root.dataset.map}?at=${told(this.middle)}&metres=${Math.round(this.metres)}&size=${this.size.join("x")}`;
    const sign = this.root.querySelector(".map__mark");
    sign.hidden = !this.mark;
    if (this.mark) [sign.style.left, sign.style.top] = this.pixel(this.mark).map((pixels) => `${pixels}px`);
    const off = { closer: this.metres <= CLOSEST, farther: this.metres >= this.whole, clear: !this.mark };
    for (const [look, disabled] of Object.entries(off)) {
      this.root.querySelector(`[value=${look}]`).setAttribute("aria-disabled", disabled);
    }
  }

  set(mark) {
    this.mark = mark;
    this.field.value = mark ? told(mark) : "";
    this.settle();
  }

  settle() {
    clearTimeout(this.saying);
    this.saying = setTimeout(() => this.say(), SETTLED_MS);
  }

  // Where the mark is; without one, what the map shows.
  async say() {
    const metres = this.metres >= this.whole ? ALL : Math.round(this.metres);
    const query = this.field.value ? `at=${this.field.value}` : `at=${told(this.middle)}&metres=${metres}`;
    this.asked = query;
    const answer = await fetch(`${this.root.dataset.said}?${query}`).catch(() => null);
    if (answer?.ok && query === this.asked) this.root.querySelector("[data-map-said]").textContent = await answer.text();
  }

  // Somebody chose a spot of the picture.
  choose(x, y) {
    const scale = this.metres / this.size[0];
    this.middle = this.spot((x - this.size[0] / 2) * scale, (this.size[1] / 2 - y) * scale);
    this.set(this.middle);
    this.look("closer");
  }

  look(how) {
    if (how === "clear") {
      this.set(null);
      [this.middle, this.metres] = [this.home, this.whole];
    } else {
      this.metres = Math.min(Math.max(how === "closer" ? this.metres / CLOSER : this.metres * CLOSER, CLOSEST), this.whole);
      if (this.mark) this.middle = this.mark;
      else this.settle();
    }
    this.draw();
  }

  // By the arrow keys, a twentieth of the map's width; with Shift a hundredth.
  move([east, north], fine) {
    const step = this.metres / (fine ? 100 : 20);
    const from = this.mark ?? this.middle;
    const middle = this.middle;
    this.middle = from;
    const to = this.mark ? this.spot(east * step, north * step) : from;
    this.middle = middle;
    this.set(to);
    const [x, y] = this.pixel(to);
    if (x < 20 || y < 20 || x > this.size[0] - 20 || y > this.size[1] - 20) this.middle = to;
    this.draw();
  }
}

function read(text) {
  return text.split(",").map(Number);
}

function told(spot) {
  return spot.map((degrees) => degrees.toFixed(5)).join(",");
}

function at(target) {
  const root = target.closest?.("[data-map]");
  if (root && !maps.has(root)) maps.set(root, new PointMap(root));
  return root ? maps.get(root) : null;
}

document.addEventListener("click", (event) => {
  const map = at(event.target);
  if (!map) return;
  const { target } = event;
  if (target === map.picture) {
    event.preventDefault();
    if (event.detail) map.choose(event.offsetX, event.offsetY); // by Enter there is no place
  } else if (target.name === "look") {
    event.preventDefault();
    map.look(target.value);
  }
});

document.addEventListener("keydown", (event) => {
  const map = event.target.matches?.("[data-map-picture]") ? at(event.target) : null;
  if (!map || event.ctrlKey || event.altKey || event.metaKey) return;
  if (MOVES[event.key]) map.move(MOVES[event.key], event.shiftKey);
  else if (event.key === "+" || event.key === "=") map.look("closer");
  else if (event.key === "-") map.look("farther");
  else if (event.key === "Enter") { if (!map.mark) map.move([0, 0]); } else return;
  event.preventDefault();
});

// A folded map has no width yet: it is made when it is opened.
document.addEventListener("toggle", (event) => { if (event.target.open) event.target.querySelectorAll?.("[data-map]").forEach(at); }, true);
for (const root of document.querySelectorAll("[data-map]")) if (root.clientWidth) at(root);
addEventListener("resize", () => document.querySelectorAll("[data-map]").forEach((root) => maps.get(root)?.fit()));
