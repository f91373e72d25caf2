// The map that each program draws: { nodes: [{ title, x, y, area }], links: [[start, end]], card: [width, height], size: [width, height] }
export const element = document.getElementById("map");
export const map = JSON.parse(document.getElementById("data").textContent);
export const { nodes, links, card, size } = map;
const HUES = ["#0072b2", "#c84a00", "#008561", "#a8418f", "#8c6a00", "#21799f", "#882255", "#5a7500"];
export const hue = (area) => HUES[area % HUES.length];
// Promise of what has to be done before the first frame counts
export const wait = (promise) => (window.drawn = promise);
