// Without a library: all as elements, of which the browser shows a part
import { card, element, hue, links, nodes, size } from "./map.js";

const [wide, high] = card;
const escape = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;");
element.innerHTML = `<svg width="100%" height="100%" font-family="sans-serif" font-size="16">
  <g stroke="#bbb" stroke-width="2">${links.map(([start, end]) => `<line x1="${nodes[start].x}" y1="${nodes[start].y}" x2="${nodes[end].x}" y2="${nodes[end].y}"/>`).join("")}</g>
  ${nodes.map(({ title, x, y, area }) => `<g><rect x="${x - wide / 2}" y="${y - high / 2}" width="${wide}" height="${high}" rx="8" fill="${hue(area)}"/><text x="${x - wide / 2 + 10}" y="${y + 6}" fill="#fff">${escape(title)}</text></g>`).join("")}
</svg>`;
const svg = element.firstChild;
let box = [0, 0, ...size];
const show = () => svg.setAttribute("viewBox", box.join(" "));
show();

const scale = () => Math.min(element.clientWidth / box[2], element.clientHeight / box[3]);
element.addEventListener("pointermove", (event) => {
  if (!event.buttons) return;
  box = [box[0] - event.movementX / scale(), box[1] - event.movementY / scale(), box[2], box[3]];
  show();
});
element.addEventListener("wheel", (event) => {
  event.preventDefault();
  const factor = Math.exp(event.deltaY / 500);
  box = [box[0] + (box[2] * (1 - factor)) / 2, box[1] + (box[3] * (1 - factor)) / 2, box[2] * factor, box[3] * factor];
  show();
}, { passive: false });
