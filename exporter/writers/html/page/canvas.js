// The map of very many topics, drawn from numbers: of what is far away only areas, of what is near cards with their titles.
const WORDS_AT = 0.45; // scale from which titles can be read
const CARDS_AT = 0.04; // scale from which cards are seen at all

class Board extends View {
  constructor(canvas, plane) {
    const margin = 40;
    super(-margin, -margin, plane.size[0] + 2 * margin, plane.size[1] + 2 * margin);
    this.canvas = canvas;
    this.plane = plane;
    this.unit = 1.2;
    this.nearest = 300;
    this.chosen = null;
    this.lighted = null; // a set
    this.way = [];
    this.knows = new Set();
    this.cells = this.index();
    new ResizeObserver(() => this.ask()).observe(pane);
    on(canvas, "click", (event) => {
      const number = this.topicAt(this.at(event));
      if (number !== undefined) go(label(topics[number].id));
    });
    on(canvas, "pointermove", (event) => {
      const number = this.topicAt(this.at(event));
      canvas.style.cursor = number === undefined ? "" : "pointer";
      canvas.title = number === undefined ? "" : topics[number].title;
    });
    this.ask();
  }

  // Which cards lie in which square of the plane
  index() {
    const cells = new Map();
    this.side = 2000;
    this.plane.cards.forEach((card, number) => {
      if (!card) return;
      const key = this.key(card[0], card[1]);
      if (!cells.has(key)) cells.set(key, []);
      cells.get(key).push(number);
    });
    return cells;
  }

  key(x, y) {
    return Math.floor(x / this.side) + " " + Math.floor(y / this.side);
  }

  spot(number) {
    const card = this.plane.cards[number];
    return card && [card[0] + this.plane.card[0] / 2, card[1] + this.plane.card[1] / 2];
  }

  *seen() {
    const [left, top] = this.corner;
    const [right, bottom] = [left + pane.clientWidth / this.scale, top + pane.clientHeight / this.scale];
    const [wide, high] = this.plane.card;
    for (let x = Math.floor((left - wide) / this.side); x <= right / this.side; x++)
      for (let y = Math.floor((top - high) / this.side); y <= bottom / this.side; y++)
        for (const number of this.cells.get(`${x} ${y}`) ?? []) {
          const [cardX, cardY] = this.plane.cards[number];
          if (cardX < right && cardX + wide > left && cardY < bottom && cardY + high > top) yield number;
        }
  }

  get corner() {
    const [x, y, wide, high] = this.box;
    return [x + wide / 2 - pane.clientWidth / 2 / this.scale, y + high / 2 - pane.clientHeight / 2 / this.scale];
  }

  topicAt([x, y]) {
    const [wide, high] = this.plane.card;
    for (const [left, top] of [[x, y], [x - wide, y], [x, y - high], [x - wide, y - high]])
      for (const number of this.cells.get(this.key(left, top)) ?? []) {
        const card = this.plane.cards[number];
        if (x >= card[0] && x <= card[0] + wide && y >= card[1] && y <= card[1] + high) return number;
      }
  }

  draw() {
    const { canvas, plane } = this;
    const dots = devicePixelRatio || 1;
    const [width, height] = [pane.clientWidth, pane.clientHeight];
    if (canvas.width !== Math.round(width * dots)) canvas.width = Math.round(width * dots);
    if (canvas.height !== Math.round(height * dots)) canvas.height = Math.round(height * dots);
    const style = getComputedStyle(document.documentElement);
    const dark = document.documentElement.classList.contains("dark");
    const colour = (name) => style.getPropertyValue(name).match(/#\w+/g)[dark ? 1 : 0]; // of light-dark(#…, #…)
    const [paper, ink, line, accent] = ["--card", "--ink", "--line", "--accent"].map(colour);
    const pen = canvas.getContext("2d");
    const scale = this.scale;
    const [left, top] = this.corner;
    pen.setTransform(dots, 0, 0, dots, 0, 0);
    pen.clearRect(0, 0, width, height);
    pen.setTransform(dots * scale, 0, 0, dots * scale, -left * scale * dots, -top * scale * dots);
    pen.font = "16px system-ui, sans-serif";
    pen.lineWidth = 2 / scale;
    for (const [x, y, wide, high, hue] of plane.areas) {
      if (x > left + width / scale || y > top + height / scale || x + wide < left || y + high < top) continue;
      pen.fillStyle = pen.strokeStyle = colour(`--hue-${hue}`);
      pen.globalAlpha = 0.12;
      pen.fillRect(x, y, wide, high);
      pen.globalAlpha = 0.8;
      pen.strokeRect(x, y, wide, high);
    }
    pen.globalAlpha = 1;
    if (scale >= CARDS_AT) this.cards(pen, scale, paper, ink, line, accent);
    this.titles(pen, scale, ink, paper);
    this.strokes(pen, scale, accent);
  }

  cards(pen, scale, paper, ink, line, accent) {
    const [wide, high] = this.plane.card;
    const worded = scale >= WORDS_AT;
    pen.textBaseline = "middle";
    for (const number of this.seen()) {
      const [x, y] = this.plane.cards[number];
      const out = !this.lighted || this.lighted.has(number);
      pen.globalAlpha = out ? 1 : 0.25;
      pen.fillStyle = worded ? paper : this.knows.has(number) || (this.lighted && out) ? accent : line;
      pen.fillRect(x, y, wide, high);
      if (!worded) continue;
      pen.strokeStyle = number === this.chosen ? accent : line;
      pen.lineWidth = number === this.chosen ? 4 : 1;
      pen.strokeRect(x, y, wide, high);
      pen.fillStyle = ink;
      const lines = this.broken(pen, number, wide - 24);
      lines.forEach((words, at) => pen.fillText(words, x + 12, y + high / 2 + (at - (lines.length - 1) / 2) * 20));
    }
    pen.globalAlpha = 1;
  }

  // A title in two lines at most
  broken(pen, number, room) {
    this.lines_ ??= new Map();
    if (this.lines_.has(number)) return this.lines_.get(number);
    const lines = [""];
    for (const word of topics[number].title.split(" ")) {
      const longer = lines[lines.length - 1] ? `${lines[lines.length - 1]} ${word}` : word;
      if (pen.measureText(longer).width <= room || !lines[lines.length - 1]) lines[lines.length - 1] = longer;
      else lines.push(word);
    }
    const shown = lines.slice(0, 2).map((words, at) => {
      let cut = words;
      while (cut.length > 1 && pen.measureText(cut + "…").width > room) cut = cut.slice(0, -1);
      return cut.length < words.length || (at === 1 && lines.length > 2) ? cut + "…" : words;
    });
    this.lines_.set(number, shown);
    return shown;
  }

  // Of areas that are wide enough, as large on the screen from wherever one looks
  titles(pen, scale, ink, paper) {
    const size = Math.max(15 / scale, 22);
    pen.font = `bold ${size}px system-ui, sans-serif`;
    pen.textBaseline = "top";
    pen.lineJoin = "round";
    for (const [x, y, wide, high, , title] of this.plane.areas) {
      if (wide * scale < 70 || high * scale < 24) continue;
      let shown = title;
      while (shown.length > 3 && pen.measureText(shown).width > wide - size) shown = shown.slice(0, -2);
      if (shown !== title) shown += "…";
      pen.lineWidth = size / 4;
      pen.strokeStyle = paper;
      pen.strokeText(shown, x + size / 2, y + size / 3);
      pen.fillStyle = ink;
      pen.fillText(shown, x + size / 2, y + size / 3);
    }
  }

  strokes(pen, scale, accent) {
    pen.strokeStyle = accent;
    pen.lineWidth = 2 / scale;
    pen.beginPath();
    if (this.chosen !== null && !this.way.length)
      for (const other of near[this.chosen]) this.join(pen, this.chosen, other);
    for (let at = 1; at < this.way.length; at++) this.join(pen, this.way[at - 1], this.way[at]);
    pen.stroke();
    const size = 14 / scale;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.font = `bold ${size}px system-ui, sans-serif`;
    this.way.forEach((number, at) => {
      const spot = this.spot(number);
      if (!spot) return;
      pen.fillStyle = accent;
      pen.beginPath();
      pen.arc(spot[0], spot[1], size, 0, 7);
      pen.fill();
      pen.fillStyle = "#fff";
      pen.fillText(at + 1, spot[0], spot[1]);
    });
    pen.textAlign = "start";
  }

  join(pen, start, end) {
    const [one, other] = [this.spot(start), this.spot(end)];
    if (one && other) pen.moveTo(...one), pen.lineTo(...other);
  }

  select(number) {
    this.chosen = number;
    this.way = [];
    if (number !== null) this.find(number);
    this.ask();
  }

  known(numbers) {
    this.knows = new Set(numbers);
    this.ask();
  }

  light(numbers) {
    this.lighted = numbers && new Set(numbers);
    this.ask();
  }

  route(numbers) {
    this.way = numbers && numbers.length > 1 ? numbers : [];
    this.light(this.way.length ? this.way : null);
    const spots = this.way.map((number) => this.spot(number)).filter(Boolean);
    if (spots.length) this.goTo(frame(spots.map(([x]) => x), spots.map(([, y]) => y), this.all, 400));
  }
}
