// Lay out a map of cards in areas with ELK: JSON in, the places of cards and groups as JSON out.
import { readFileSync } from "node:fs";
import ELK from "elkjs/lib/elk.bundled.js";

const { areas, lines, width, height, gap, way } = JSON.parse(readFileSync(0, "utf8"));
const spacing = { "elk.spacing.nodeNode": `${gap}`, "elk.layered.spacing.nodeNodeBetweenLayers": `${gap}` };
const inside = { "elk.algorithm": way, "elk.padding": "[top=80,left=40,bottom=40,right=40]", ...spacing };
const graph = {
  id: "root",
  layoutOptions: {
    ...inside,
    "elk.aspectRatio": "1.6",
    ...(way === "layered" ? { "elk.hierarchyHandling": "INCLUDE_CHILDREN" } : {}),
  },
  children: areas.map((cards, area) => ({
    id: `g${area}`,
    layoutOptions: inside,
    children: cards.map((card) => ({ id: `n${card}`, width, height })),
  })),
  edges: way === "layered" ? lines.map(([start, end], line) => ({ id: `e${line}`, sources: [`n${start}`], targets: [`n${end}`] })) : [],
};
const before = process.cpuUsage();
const done = await new ELK().layout(graph);
const used = process.cpuUsage(before);
const cards = {};
for (const group of done.children)
  for (const card of group.children) cards[card.id.slice(1)] = [group.x + card.x, group.y + card.y];
const groups = done.children.map((group) => [group.x, group.y, group.width, group.height]);
console.log(JSON.stringify({ cards, groups, seconds: (used.user + used.system) / 1e6 }));
