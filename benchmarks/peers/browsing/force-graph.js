// Nodes without words: force-graph shows a title below the mouse
import ForceGraph from "force-graph";
import { element, hue, links, nodes, wait } from "./map.js";

const graph = new ForceGraph(element)
  .width(element.clientWidth)
  .height(element.clientHeight)
  .nodeLabel("title")
  .nodeColor(({ area }) => hue(area))
  .nodeRelSize(20)
  .enableNodeDrag(false)
  .cooldownTicks(0)
  .graphData({
    nodes: nodes.map((node, id) => ({ ...node, id, fx: node.x, fy: node.y })),
    links: links.map(([source, target]) => ({ source, target })),
  });
wait(new Promise((done) => graph.onEngineStop(() => (graph.zoomToFit(0), graph.onEngineStop(() => {}), done()))));
