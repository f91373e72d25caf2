// The map: as SVG that stands in the page, or drawn on a canvas where there are too many topics. Both show a part of a plane.
const pane = $("map");
const AREA = 26; // of the plane, the size of an area's name: drawing.py#TITLE
const READABLE = 18; // pixels of a line of words that are read from afar
const SPEED = 250; // milliseconds that a move takes

class View {
  constructor(x, y, width, height) {
    this.all = [x, y, width, height];
    this.box = this.all;
    this.waiting = false;
  }

  // pixels of the pane for one of the plane; what does not have its form is shown in its middle
  get scale() {
    return Math.min(pane.clientWidth / this.box[2], pane.clientHeight / this.box[3]) || 1;
  }

  at(event) {
    const { left, top, width, height } = pane.getBoundingClientRect();
    const [x, y, wide, high] = this.box;
    return [x + wide / 2 + (event.clientX - left - width / 2) / this.scale, y + high / 2 + (event.clientY - top - height / 2) / this.scale];
  }

  move(x, y) {
    const [left, top, width, height] = this.box;
    this.show([left + x, top + y, width, height]);
  }

  show(box) {
    this.goal = this.box = box;
    this.ask();
  }

  // `place` of the plane stays where it is
  zoom(factor, place = [this.box[0] + this.box[2] / 2, this.box[1] + this.box[3] / 2]) {
    const width = this.box[2] * factor;
    if (width > this.all[2] * 1.5 || width < this.nearest) return;
    this.show([place[0] - (place[0] - this.box[0]) * factor, place[1] - (place[1] - this.box[1]) * factor, width, this.box[3] * factor]);
  }

  goTo(box) {
    const from = this.box;
    this.goal = box;
    const begun = performance.now();
    if (still.matches) return this.show(box);
    const step = (now) => {
      if (this.goal !== box) return; // the reader has gone on
      const part = Math.min(1, (now - begun) / SPEED);
      const eased = part * (2 - part);
      this.box = from.map((value, at) => value + (box[at] - value) * eased);
      this.ask();
      if (part < 1) requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  }

  // Show a topic, and no more than is needed to see where it is
  find(number) {
    const spot = this.spot(number);
    if (!spot) return;
    const width = Math.min(this.box[2], Math.max(this.nearest * 3, (pane.clientWidth / 1.2) * this.unit));
    const height = width * (this.all[3] / this.all[2]);
    const [x, y] = spot;
    const inside = x > this.box[0] + this.box[2] * 0.1 && x < this.box[0] + this.box[2] * 0.9 && y > this.box[1] + this.box[3] * 0.1 && y < this.box[1] + this.box[3] * 0.9;
    if (!inside || width < this.box[2] * 0.6) this.goTo([x - width / 2, y - height / 2, width, height]);
  }

  ask() {
    if (this.waiting) return;
    this.waiting = true;
    requestAnimationFrame(() => {
      this.waiting = false;
      this.draw();
    });
  }
}

// ---------- SVG ----------

class Picture extends View {
  constructor(svg) {
    const { x, y, width, height } = svg.viewBox.baseVal;
    super(x, y, width, height);
    this.svg = svg;
    this.plan = !svg.classList.contains("plane");
    this.unit = this.plan ? 1.4 : 1.1; // of the plane for a pixel, so that words can be read
    this.nearest = this.plan ? 200 : 300;
    this.stations = new Map();
    for (const station of svg.querySelectorAll("a")) {
      this.stations.set(topicOf.get(station.getAttribute("href").slice(1)), station);
      station.setAttribute("tabindex", "-1"); // the outline is what keys go through
    }
    // Names of areas lie above the cards: from afar they are as large as can be read
    this.areas = [...svg.querySelectorAll(".area")].map((area) => [...area.children]).filter(([, name]) => name); // one may have none
    svg.appendChild(shape("g", { class: "names" })).append(...this.areas.map(([, name]) => name));
    this.over = svg.appendChild(shape("g", { class: "over" }));
    this.draw();
  }

  spot(number) {
    const station = this.stations.get(number);
    if (!station) return null;
    const sign = station.querySelector("circle") ?? station.querySelector("rect");
    const { x, y, width, height } = sign.getBBox();
    return [x + width / 2, y + height / 2];
  }

  draw() {
    if (!pane.clientWidth) return; // what is hidden has no size
    this.svg.setAttribute("viewBox", this.box.map((value) => Math.round(value * 10) / 10).join(" "));
    const far = this.scale < 0.35;
    this.svg.classList.toggle("far", far);
    this.sizes ??= this.areas.map((parts) => parts.map((part) => part.getBBox()));
    this.areas.forEach(([, name], at) => {
      const [box, said] = this.sizes[at];
      const grown = far ? Math.max(Math.min(READABLE / this.scale / said.height, (box.width * 0.94) / said.width), 1) : 1;
      name.style.fontSize = `${AREA * grown}px`;
      name.setAttribute("y", box.y + 10 + AREA * grown);
    });
  }

  mark(name, numbers) {
    for (const station of all("#__map a." + name)) station.classList.remove(name);
    for (const number of numbers) this.stations.get(number)?.classList.add(name);
  }

  select(number) {
    this.mark("on", number === null ? [] : [number]);
    this.mark("near", number === null ? [] : near[number]);
    if (number !== null) this.find(number);
    this.lines(number === null || this.plan ? [] : [...near[number]].map((other) => [number, other]));
  }

  known(numbers) {
    this.mark("known", numbers);
  }

  // Let some stand out: what was found, or nothing in particular
  light(numbers) {
    this.svg.classList.toggle("lit", numbers !== null);
    this.mark("lighted", numbers ?? []);
  }

  // The way through some topics in their order
  route(numbers) {
    this.light(numbers && numbers.length ? numbers : null);
    const size = this.plan ? 12 : 16;
    const spots = (numbers ?? []).map((number) => this.spot(number));
    const there = spots.filter(Boolean);
    this.over.replaceChildren();
    if (there.length < 2) return;
    this.over.append(shape("polyline", { points: there.map((spot) => spot.join()).join(" "), class: "route", "stroke-width": size * 0.5 }));
    spots.forEach((spot, at) => {
      if (!spot) return;
      const sign = shape("text", { x: spot[0], y: spot[1] + size * 0.36, "font-size": size, "text-anchor": "middle" });
      sign.textContent = at + 1;
      this.over.append(shape("circle", { cx: spot[0], cy: spot[1], r: size * 0.9 }), sign);
    });
    const xs = there.map(([x]) => x);
    const ys = there.map(([, y]) => y);
    this.goTo(frame(xs, ys, this.all, this.plan ? 150 : 250));
  }

  lines(pairs) {
    this.over.replaceChildren();
    for (const [start, end] of pairs) {
      const [one, other] = [this.spot(start), this.spot(end)];
      if (one && other) this.over.append(shape("line", { x1: one[0], y1: one[1], x2: other[0], y2: other[1], class: "link" }));
    }
  }
}

function shape(tag, attributes) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

// A box of the form of all around some places, as near as the pane has room for; one that is hidden will have that form
function frame(xs, ys, all, margin) {
  const [left, top] = [Math.min(...xs) - margin, Math.min(...ys) - margin];
  const [wide, high] = [Math.max(...xs) + margin - left, Math.max(...ys) + margin - top];
  const [room, tall] = pane.clientWidth ? [pane.clientWidth, pane.clientHeight] : [all[2], all[3]];
  const width = Math.min(Math.min(room, (tall * all[2]) / all[3]) * Math.max(wide / room, high / tall), all[2]);
  const height = (width * all[3]) / all[2];
  return [left + (wide - width) / 2, top + (high - height) / 2, width, height];
}
