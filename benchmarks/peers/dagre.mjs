// Lay out a map of cards in areas with dagre: JSON in, the places of cards and groups as JSON out.
import { readFileSync } from "node:fs";
import dagre from "dagre";

const { areas, lines, width, height, gap, way } = JSON.parse(readFileSync(0, "utf8"));
const graph = new dagre.graphlib.Graph({ compound: true });
graph.setGraph({ rankdir: way, nodesep: gap, ranksep: gap });
graph.setDefaultEdgeLabel(() => ({}));
areas.forEach((cards, area) => {
  graph.setNode(`g${area}`, {});
  for (const card of cards) {
    graph.setNode(`n${card}`, { width, height });
    graph.setParent(`n${card}`, `g${area}`);
  }
});
for (const [start, end] of lines) graph.setEdge(`n${start}`, `n${end}`);
const before = process.cpuUsage();
dagre.layout(graph);
const used = process.cpuUsage(before);
const place = (name) => {
  const { x, y, width, height } = graph.node(name);
  return [x - width / 2, y - height / 2, width, height];
};
const cards = Object.fromEntries(areas.flat().map((card) => [card, place(`n${card}`).slice(0, 2)]));
console.log(JSON.stringify({ cards, groups: areas.map((_, area) => place(`g${area}`)), seconds: (used.user + used.system) / 1e6 }));
