// Search over titles, other names, tags, summaries and texts; what is found in the text comes after all else.
const query = $("query");
const hits = $("hits");
const MOST_HITS = 50;
const AROUND = 60; // letters before and behind what was found
let asked = 0; // so that an older search does not overtake a newer one
const tags = data.tags.map((tag) => "#" + fold(tag));
const known = topics.map((topic) => ({
  title: fold(topic.title),
  names: (topic.aliases ?? []).map(fold),
  tags: (topic.tags ?? []).map((tag) => tags[tag]),
  summary: fold(topic.summary ?? ""),
}));

function rank(at, terms) {
  let sum = 0;
  for (const term of terms) {
    const { title, names, tags, summary } = known[at];
    const place = title.indexOf(term);
    if (term.startsWith("#")) {
      if (!tags.some((tag) => tag === term || tag.startsWith(term + "/"))) return 0;
      sum += 5;
    } else if (place === 0) sum += title === term ? 12 : 9;
    else if (place > 0) sum += /[\s\-(]/.test(title[place - 1]) ? 8 : 6;
    else if (names.some((name) => name.includes(term))) sum += 7;
    else if (tags.some((tag) => tag.includes(term))) sum += 5;
    else if (summary.includes(term)) sum += 3;
    else return 0;
  }
  return sum / terms.length;
}

async function search() {
  const mine = ++asked;
  const terms = fold(query.value).split(/\s+/).filter(Boolean);
  if (!terms.length) return close();
  let found = topics.map((_, at) => [rank(at, terms), at]).filter(([sum]) => sum);
  found.sort((one, other) => other[0] - one[0] || one[1] - other[1]);
  list(found, terms);
  const there = new Set(found.map(([, at]) => at));
  for (let at = 0; at < topics.length; at++) {
    if (there.has(at)) continue;
    const text = await plainText(at);
    if (mine !== asked) return;
    const low = folded(at, text);
    if (terms.every((term) => low.includes(term) || rank(at, [term]))) found.push([1, at, text]);
  }
  list(found, terms);
}
on(query, "input", search);

const lower = new Map();
function folded(at, text) {
  if (!lower.has(at)) lower.set(at, fold(text));
  return lower.get(at);
}

function list(found, terms) {
  const shown = found.slice(0, MOST_HITS).map(([, at, text], place) => {
    const topic = topics[at];
    const home = topic.areas?.length ? topics[topic.areas[0]].title : "";
    const said = text ? around(text, folded(at, text), terms) : [topic.summary ?? ""];
    const option = make("li", { role: "option", id: `__hit-${place}`, "data-topic": at, "aria-selected": place === 0 });
    option.append(make("b", {}, topic.title), " ", make("small", {}, home), make("span", {}, ...said));
    return option;
  });
  hits.replaceChildren(...shown);
  hits.hidden = !shown.length;
  query.setAttribute("aria-expanded", String(!hits.hidden));
  if (shown.length) query.setAttribute("aria-activedescendant", "__hit-0");
  else query.removeAttribute("aria-activedescendant");
  $("count").textContent = fill(words.found, found.length);
  map.light(found.map(([, at]) => at));
}

// The words around what was found; accents make the folded text longer than the text, so the place is about right
function around(text, low, terms) {
  const term = terms.find((each) => low.includes(each)) ?? "";
  const place = Math.max(text.toLowerCase().indexOf(term), 0);
  const behind = place + term.length;
  const before = text.slice(Math.max(place - AROUND, 0), place);
  const after = text.slice(behind, behind + AROUND);
  return [
    place > AROUND ? "… " + before.replace(/^\S* /, "") : before,
    make("mark", {}, text.slice(place, behind)),
    behind + AROUND < text.length ? after.replace(/ \S*$/, "") + " …" : after,
  ];
}

function close() {
  asked++;
  hits.hidden = true;
  query.setAttribute("aria-expanded", "false");
  query.removeAttribute("aria-activedescendant");
  $("count").textContent = "";
  map.light(null);
}

function choose(option) {
  if (!option) return;
  close();
  query.value = "";
  go(label(topics[option.dataset.topic].id));
  $("text").focus();
}

on(query, "keydown", (event) => {
  const options = [...hits.children];
  const at = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (event.key === "Escape") {
    query.value = "";
    close();
  } else if (event.key === "Enter") {
    event.preventDefault();
    if (!hits.hidden) choose(options[at]);
  } else if (step && options.length) {
    event.preventDefault();
    const next = (at + step + options.length) % options.length;
    options[at]?.setAttribute("aria-selected", "false");
    options[next].setAttribute("aria-selected", "true");
    options[next].scrollIntoView({ block: "nearest" });
    query.setAttribute("aria-activedescendant", options[next].id);
  }
});
on(hits, "mousedown", (event) => event.preventDefault()); // or the list is gone before the click
on(hits, "click", (event) => choose(event.target.closest("li")));
on(query, "blur", () => (hits.hidden = true));
on(query, "focus", () => query.value && search());
