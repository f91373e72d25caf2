import { JSONCanvasViewer, parser } from "json-canvas-viewer";
import { card, element, links, nodes, wait } from "./map.js";

const canvas = {
  nodes: nodes.map(({ title, x, y, area }, id) => ({
    id: `${id}`, type: "text", text: title, x: x - card[0] / 2, y: y - card[1] / 2, width: card[0], height: card[1], color: `${1 + (area % 6)}`,
  })),
  edges: links.map(([from, to], id) => ({ id: `e${id}`, fromNode: `${from}`, fromSide: "right", toNode: `${to}`, toSide: "left" })),
};
new JSONCanvasViewer({ container: element, canvas, parser, theme: "light", noAttachmentRelocation: true }, []);
// It begins by itself, later: when cards are there
wait(new Promise((done) => {
  const look = () => (element.querySelector(".JCV-overlay-container") ? done() : requestAnimationFrame(look));
  look();
}));
