// Finds labels as one types; nothing is fetched, since the index stands in the page.
"use strict";
const MOST = 100;
const read = (id) => JSON.parse(document.getElementById(id).textContent);
const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
const words = read("words");
const index = read("index").map(([address, label, language, above, ...others]) => ({
  address, label, language, above, others, names: [label, ...others].map(fold),
}));
const query = document.getElementById("q");
const told = document.getElementById("told");
const found = document.getElementById("found");

// 0: the whole name, 1: it begins so, 2: a word of it does, 3: it is within; 4: it is not
const rank = (name, asked) => {
  const place = name.indexOf(asked);
  if (place < 0) return 4;
  if (place === 0) return name === asked ? 0 : 1;
  return name.includes(" " + asked) ? 2 : 3;
};

const hits = (asked) => {
  const ranked = [];
  for (const each of index) {
    let best = 4, by = 0;
    each.names.forEach((name, number) => {
      const here = rank(name, asked);
      if (here < best) [best, by] = [here, number];
    });
    if (best < 4) ranked.push({ each, best, by });
  }
  return ranked.sort((one, other) => one.best - other.best);
};

const item = ({ each, by }) => {
  const line = document.createElement("li"), link = document.createElement("a");
  link.href = each.address;
  link.textContent = each.label;
  link.dir = "auto";
  if (each.language) link.lang = each.language;
  line.append(link);
  const small = document.createElement("small");
  small.textContent = [by ? each.others[by - 1] : "", each.above].filter(Boolean).join(" · ");
  small.dir = "auto";
  line.append(" ", small);
  return line;
};

const show = () => {
  const asked = fold(query.value.trim());
  const all = asked ? hits(asked) : [];
  found.replaceChildren(...all.slice(0, MOST).map(item));
  const pattern = all.length > MOST ? words.first_hits : all.length ? words.hits : words.no_hit;
  told.textContent = asked ? [all.length, MOST].reduce((text, number) => text.replace("{}", number), pattern) : "";
};

query.value = new URLSearchParams(location.search).get("q") ?? "";
query.addEventListener("input", show);
query.form.addEventListener("submit", (event) => event.preventDefault());
show();
query.focus();
