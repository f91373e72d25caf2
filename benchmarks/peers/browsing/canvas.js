// Without a library: all is drawn again for each frame
import { card, element, hue, links, nodes, size } from "./map.js";

const [wide, high] = card;
const canvas = element.appendChild(document.createElement("canvas"));
[canvas.width, canvas.height] = [element.clientWidth, element.clientHeight];
const pen = canvas.getContext("2d");
let scale = Math.min(canvas.width / size[0], canvas.height / size[1]);
let [left, top] = [0, 0];
let waiting = false;

function draw() {
  waiting = false;
  pen.setTransform(1, 0, 0, 1, 0, 0);
  pen.clearRect(0, 0, canvas.width, canvas.height);
  pen.setTransform(scale, 0, 0, scale, -left * scale, -top * scale);
  pen.strokeStyle = "#bbb";
  pen.lineWidth = 2;
  pen.beginPath();
  for (const [start, end] of links) pen.moveTo(nodes[start].x, nodes[start].y), pen.lineTo(nodes[end].x, nodes[end].y);
  pen.stroke();
  pen.font = "16px sans-serif";
  for (const { title, x, y, area } of nodes) {
    pen.fillStyle = hue(area);
    pen.fillRect(x - wide / 2, y - high / 2, wide, high);
    if (scale < 0.45) continue;
    pen.fillStyle = "#fff";
    pen.fillText(title, x - wide / 2 + 10, y + 6);
  }
}
draw();

const ask = () => waiting || ((waiting = true), requestAnimationFrame(draw));
canvas.addEventListener("pointermove", (event) => {
  if (!event.buttons) return;
  [left, top] = [left - event.movementX / scale, top - event.movementY / scale];
  ask();
});
canvas.addEventListener("wheel", (event) => {
  event.preventDefault();
  const factor = Math.exp(event.deltaY / 500);
  left += (canvas.width / 2 / scale) * (1 - factor);
  top += (canvas.height / 2 / scale) * (1 - factor);
  scale /= factor;
  ask();
}, { passive: false });
