import Graph from "graphology";
import Sigma from "sigma";
import { element, hue, links, nodes } from "./map.js";

const graph = new Graph();
nodes.forEach(({ title, x, y, area }, id) => graph.addNode(id, { label: title, x, y: -y, size: 4, color: hue(area) }));
for (const [start, end] of links) graph.mergeEdge(start, end, { size: 1, color: "#bbbbbb" });
new Sigma(graph, element);
