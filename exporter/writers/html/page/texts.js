// The articles: in the page, or in chunks that are opened when they are read.
const chunks = new Map(); // number of a chunk: a promise of its articles, by id

function chunk(at) {
  if (!chunks.has(at)) chunks.set(at, inflate($(`chunk-${at}`).textContent));
  return chunks.get(at);
}

async function inflate(base64) {
  const bytes = Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return JSON.parse(await new Response(stream).text());
}

async function article(number) {
  const name = label(topics[number].id);
  const there = document.getElementById(name);
  if (there) return there;
  const html = (await chunk(topics[number].chunk))[name];
  const made = document.createElement("template");
  made.innerHTML = html;
  for (const old of all("#__text > article")) old.remove(); // one of many is enough
  $("text").append(made.content);
  return document.getElementById(name);
}

// What can be searched of a topic's text
const plain = new Map();
async function plainText(number) {
  if (plain.has(number)) return plain.get(number);
  let text = "";
  if (topics[number].chunk === undefined) {
    const parts = document.getElementById(label(topics[number].id))?.querySelectorAll(":scope > .text") ?? [];
    text = [...parts].map((part) => part.textContent).join(" ");
  } else {
    const html = (await chunk(topics[number].chunk))[label(topics[number].id)];
    const start = html.indexOf('<div class="text">');
    const parsed = start < 0 ? "" : html.slice(start, html.indexOf('<section class="backlinks">', start) + 1 || undefined);
    text = parsed.replace(/<annotation.*?<\/annotation>|<[^>]*>/gs, "").replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&quot;/g, '"').replace(/&amp;/g, "&");
  }
  text = text.replace(/\s+/g, " ");
  plain.set(number, text);
  return text;
}
