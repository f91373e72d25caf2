import { Network } from "vis-network";
import { card, element, hue, links, nodes, wait } from "./map.js";

const network = new Network(
  element,
  {
    nodes: nodes.map(({ title, x, y, area }, id) => ({ id, x, y, label: title, color: hue(area) })),
    edges: links.map(([from, to]) => ({ from, to })),
  },
  {
    physics: false,
    nodes: { shape: "box", widthConstraint: card[0] },
    edges: { smooth: false },
    interaction: { dragNodes: false },
  },
);
wait(new Promise((done) => network.once("afterDrawing", () => (network.fit(), done()))));
