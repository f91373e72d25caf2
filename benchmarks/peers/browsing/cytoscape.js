import cytoscape from "cytoscape";
import { card, element, hue, links, nodes } from "./map.js";

cytoscape({
  container: element,
  layout: { name: "preset", fit: true },
  elements: [
    ...nodes.map(({ title, x, y, area }, id) => ({ data: { id, title, hue: hue(area) }, position: { x, y }, grabbable: false, pannable: true })),
    ...links.map(([source, target]) => ({ data: { source, target }, pannable: true })),
  ],
  style: [
    {
      selector: "node",
      style: {
        shape: "round-rectangle", width: card[0], height: card[1], "background-color": "data(hue)", label: "data(title)",
        "text-valign": "center", "text-wrap": "wrap", "text-max-width": card[0] - 20, color: "#fff",
      },
    },
    { selector: "edge", style: { width: 2, "line-color": "#bbb", "curve-style": "haystack" } },
  ],
});
