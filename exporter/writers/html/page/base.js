"use strict";
// What the page knows, and small things that all others need.
const data = JSON.parse(document.getElementById("__data").textContent);
const words = data.words;
const topics = data.topics;
const numberOf = new Map(topics.map((topic, number) => [topic.id, number]));
const $ = (id) => document.getElementById("__" + id); // a name without "__" is a topic's
const all = (selector) => document.querySelectorAll(selector);
const on = (target, name, act, more) => target.addEventListener(name, act, more);
const still = matchMedia("(prefers-reduced-motion: reduce)");
const phone = matchMedia("(max-width: 800px)");

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

// A topic's id as the name of an element: exporter/views/body/text.py#label
function label(id) {
  let made = "";
  new TextEncoder().encode(id).forEach((byte, at) => {
    const sign = String.fromCharCode(byte);
    made += (at ? /[A-Za-z0-9.-]/ : /[A-Za-z]/).test(sign) ? sign : "_" + byte.toString(16).padStart(2, "0");
  });
  return made || "_x";
}
const topicOf = new Map(topics.map((topic, number) => [label(topic.id), number]));

const fill = (text, ...values) => text.replace(/{}/g, () => values.shift());
const linkTo = (number) => make("a", { href: "#" + label(topics[number].id) }, topics[number].title);
// Words as they are compared: without case and accents
const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

// ---------- links ----------

const REQUIRES = data.kinds.indexOf("requires");
const needed = topics.map(() => []);
const near = topics.map(() => new Set());
for (const [start, kind, ...ends] of data.links)
  for (const end of ends) {
    if (start === end) continue;
    if (kind === REQUIRES) needed[start].push(end);
    near[start].add(end);
    near[end].add(start);
  }
for (const ends of needed) ends.sort((one, other) => one - other);

// All that has to be known before a topic, in an order in which it can be learnt: KnowledgeMap.prerequisites
function before(number) {
  const order = [];
  const seen = new Set([number]);
  const path = [[number, 0]];
  while (path.length) {
    const step = path[path.length - 1];
    const next = needed[step[0]][step[1]++];
    if (next === undefined) order.push(path.pop()[0]);
    else if (!seen.has(next)) seen.add(next), path.push([next, 0]);
  }
  return order.slice(0, -1);
}

// ---------- what the reader's browser remembers ----------

const shelf = {
  get(key) {
    try {
      return JSON.parse(localStorage.getItem(`mlk-export/${data.title}/${key}`));
    } catch {
      return null; // nothing is kept for this page
    }
  },
  set(key, value) {
    try {
      localStorage.setItem(`mlk-export/${data.title}/${key}`, JSON.stringify(value));
    } catch {} // nor can be
  },
};
