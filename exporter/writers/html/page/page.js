// The page: what its address shows, what the reader knows, keys and fingers.
const map = pane.querySelector("svg") ? new Picture(pane.querySelector("svg")) : new Board(pane.querySelector("canvas"), data.plane);

// ---------- addresses: #topic, #topic__heading, #topic?before, #?q=words ----------

const go = (name) => (leave(), location.hash === "#" + name ? open() : (location.hash = name));
let current = null;

async function open() {
  const hash = location.hash.slice(1);
  const [name, question] = hash.split("?");
  if (question?.startsWith("q=")) {
    query.value = decodeURIComponent(question.slice(2));
    query.focus();
    return search();
  }
  const number = topicOf.get(name.split("__")[0]) ?? numberOf.get(decoded(name));
  if (number === undefined && name && document.getElementById(name)) return; // a place of the page itself
  const shown = number === undefined ? $("about") : await article(number);
  if (location.hash.slice(1) !== hash) return; // the reader has gone on
  current = number ?? null;
  for (const old of all("#__text > .on")) old.classList.remove("on");
  shown.classList.add("on");
  document.body.classList.toggle("reading", current !== null);
  tools(shown, number);
  map.select(current);
  route(question === "before" ? number : undefined);
  mark();
  document.title = number === undefined ? data.title : `${topics[number].title} – ${data.title}`;
  show(hash ? "text" : "map");
  const place = name.includes("__") ? document.getElementById(name) : null;
  if (place) place.closest("details")?.setAttribute("open", "");
  if (place) place.scrollIntoView();
  else $("text").scrollTo(0, 0);
  if (phone.matches && !place) scrollTo(0, 0);
}

// Back and forward lead to what was in sight, which an address does not say
const panes = [$("text"), $("outline")];
const sights = []; // by the number of an entry of the history
let entry = history.state ?? 0;
const leave = () => (sights[entry] = [map.box, document.body.dataset.view, ...panes.map((each) => each.scrollTop)]);

async function turn() {
  const again = history.state !== null; // else an address that is new, whose link was clicked
  if (again) leave();
  entry = history.state ?? entry + 1;
  history.replaceState(entry, "");
  await open();
  if (!again || !sights[entry]) return;
  const [box, view, ...tops] = sights[entry];
  map.goTo(box);
  show(view);
  panes.forEach((each, at) => (each.scrollTop = tops[at]));
}

function decoded(name) {
  try {
    return decodeURIComponent(name);
  } catch {
    return name; // no address of ours
  }
}

// Where in the outline one is
function mark() {
  for (const old of all('#__outline [aria-current="true"]')) old.removeAttribute("aria-current");
  if (current === null) return;
  for (const link of all(`#__outline a[href="#${CSS.escape(label(topics[current].id))}"]`)) {
    link.setAttribute("aria-current", "true");
    for (let around = link.closest("details"); around; around = around.parentElement.closest("details")) around.open = true;
    if (link.closest(".tree")) link.scrollIntoView({ block: "nearest" });
  }
}

// ---------- what must I know before X? ----------

function tools(shown, number) {
  if (number === undefined || shown.querySelector(".tools")) return;
  const bar = make("p", { class: "tools" });
  if (needed[number].length) bar.append(make("a", { href: `#${label(topics[number].id)}?before`, class: "button" }, words.before));
  bar.append(box(topics[number].id, words.know));
  shown.querySelector("h2").after(bar);
  tick();
}

const tickBox = (number) => make("input", { type: "checkbox", "data-known": topics[number].id, "aria-label": topics[number].title });

function box(key, said) {
  return make("label", {}, make("input", { type: "checkbox", "data-known": key }), " ", said);
}

function route(number) {
  const panel = $("route");
  panel.hidden = number === undefined;
  if (panel.hidden) return;
  const order = before(number);
  const items = order.map((each) => make("li", {}, tickBox(each), " ", linkTo(each)));
  items.push(make("li", { class: "end" }, linkTo(number)));
  const end = make("a", { href: "#" + label(topics[number].id), class: "button" }, words.close);
  panel.replaceChildren(make("h2", {}, fill(words.route, topics[number].title)), make("p", { class: "progress" }), make("ol", {}, ...items), end);
  tick();
  map.route([...order, number]);
}

// ---------- what the reader knows ----------

const knows = new Set(shelf.get("known") ?? []);

function tick() {
  for (const each of all("[data-known]")) each.checked = knows.has(each.dataset.known);
  for (const list of all(".path, #__route")) {
    const boxes = [...list.querySelectorAll("[data-known]")];
    const done = boxes.filter((each) => each.checked).length;
    const told = list.querySelector(".progress");
    if (told) told.replaceChildren(make("progress", { max: boxes.length || 1, value: done, "aria-label": words.progress }), " ", fill(words.done, done, boxes.length));
  }
  map.known([...knows].map((id) => numberOf.get(id)).filter((number) => number !== undefined));
}

on(window, "change", (event) => {
  const key = event.target.dataset?.known;
  if (key === undefined) return;
  if (event.target.checked) knows.add(key);
  else knows.delete(key);
  shelf.set("known", [...knows]);
  tick();
});

// ---------- day and night ----------

function dress() {
  const chosen = shelf.get("theme");
  const dark = chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.classList.toggle("dark", dark);
  document.documentElement.style.colorScheme = dark ? "dark" : "light";
  map.ask();
}
on($("theme"), "click", () => {
  shelf.set("theme", document.documentElement.classList.contains("dark") ? "light" : "dark");
  dress();
});
on(matchMedia("(prefers-color-scheme: dark)"), "change", dress);

// ---------- one view at a time on a phone ----------

function show(view) {
  document.body.dataset.view = view;
  for (const button of all("#__views button")) button.setAttribute("aria-pressed", String(button.dataset.view === view));
  map.ask();
}
on($("views"), "click", (event) => event.target.dataset.view && show(event.target.dataset.view));

// ---------- keys ----------

on(window, "keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea")) return;
  if (event.key === "/") {
    event.preventDefault();
    query.focus();
    query.select();
  } else if (event.key === "+" || event.key === "=") map.zoom(1 / 1.3);
  else if (event.key === "-") map.zoom(1.3);
  else if (event.key === "0") map.goTo(map.all);
  else if (document.activeElement === pane) {
    const [x, y] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key] ?? [0, 0];
    if (!x && !y) return;
    event.preventDefault();
    map.move((x * map.box[2]) / 10, (y * map.box[3]) / 10);
  }
});
on($("nearer"), "click", () => map.zoom(1 / 1.4));
on($("farther"), "click", () => map.zoom(1.4));
on($("whole"), "click", () => map.goTo(map.all));

// ---------- the hand ----------

const fingers = new Map();
let moved = 0;
on(pane, "wheel", (event) => {
  event.preventDefault();
  map.zoom(Math.exp(Math.sign(event.deltaY) * Math.min(Math.abs(event.deltaY), 120) / 500), map.at(event));
}, { passive: false });
on(pane, "pointerdown", (event) => {
  if (event.target.closest(".zoom")) return;
  fingers.set(event.pointerId, event);
  if (fingers.size === 1) moved = 0;
});
on(window, "pointermove", (event) => {
  const last = fingers.get(event.pointerId);
  if (!last) return;
  const [x, y] = [event.clientX - last.clientX, event.clientY - last.clientY];
  moved += Math.abs(x) + Math.abs(y);
  if (fingers.size === 1 && moved > 4) map.move(-x / map.scale, -y / map.scale);
  if (fingers.size === 2) {
    const other = [...fingers].find(([id]) => id !== event.pointerId)[1];
    const apart = (one) => Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY) || 1;
    map.zoom(apart(last) / apart(event), map.at(other));
  }
  fingers.set(event.pointerId, event);
});
for (const name of ["pointerup", "pointercancel"]) on(window, name, (event) => fingers.delete(event.pointerId));
on(pane, "click", (event) => moved > 4 && (event.preventDefault(), event.stopPropagation()), true);
on(pane, "dragstart", (event) => event.preventDefault());

// ---------- begin ----------

for (const link of all(".path a")) link.before(tickBox(topicOf.get(link.hash.slice(1))), " ");
for (const step of all(".path > ol > li:not(:has(a))")) step.replaceChildren(box(step.textContent, step.textContent));
on(window, "click", leave, true); // before the browser follows a link
on(window, "hashchange", turn);
history.replaceState(entry, "");
on(window, "resize", () => map.ask());
show("map");
dress();
tick();
open();
