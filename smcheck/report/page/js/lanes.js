// The swim lanes: one row for each task over logical time, drawn anew for what is in view.

const SPAN = 120; // stops in view at first, if there are more
const SHORTEST = 4; // stops that one can zoom in to

class Lanes {
  constructor(run, player) {
    Object.assign(this, { run, player });
    this.view = this.firstView();
    this.svg = draw("svg", { class: "lanes", role: "group", "aria-label": `Swim lanes of ${plural(run.lanes.length, "task")}` });
    this.overview = draw("svg", { class: "overview", "aria-hidden": "true" });
    this.tip = make("div", { class: "tip", role: "tooltip", hidden: true });
    this.node = make("div", { class: "timeline" }, this.overview, this.svg, this.tip);
    watchPointer(this);
    watchWidth(this.node, () => this.redraw());
  }

  firstView() {
    const { run } = this;
    if (run.stops.length <= SPAN) return { from: 0, to: Math.max(run.end, 1) };
    const middle = run.edge[run.beginning()];
    const from = clamp(middle - SPAN / 2, 0, run.end - SPAN);
    return { from, to: from + SPAN };
  }

  // Put rows and columns where the width lets them be.
  measure() {
    const width = Math.max(200, this.node.clientWidth);
    const isNarrow = width < 640;
    const longest = Math.max(...this.run.lanes.map((lane) => lane.name.length));
    const gutter = isNarrow ? 1 : clamp(longest * 7 + 22, 60, 150);
    const top = this.run.deviations.length ? 26 : 6;
    const head = isNarrow ? 17 : 4;
    Object.assign(this, { width, isNarrow, gutter, top, head, height: head + BAR + (this.run.steps.length ? TRACK + 14 : 10) });
    this.bottom = top + this.height * this.run.lanes.length;
    this.scale = new Scale(this.view, gutter, width - 4);
  }

  row(lane) {
    return this.top + this.height * lane.row;
  }

  redraw() {
    if (!this.node.clientWidth) return;
    this.measure();
    const focused = this.svg.contains(document.activeElement) ? document.activeElement.dataset.act : null;
    this.svg.setAttribute("viewBox", `0 0 ${this.width} ${this.bottom + 18}`);
    this.svg.setAttribute("height", this.bottom + 18);
    this.mark = draw("rect", { class: "playhead" });
    const rows = (task) => this.row(this.run.laneOf.get(task)) + this.height - 26;
    const clip = `clip-${this.player.id}`;
    this.svg.replaceChildren(
      draw("defs", {}, draw("clipPath", { id: clip }, draw("rect", { x: this.gutter - 10, y: 0, width: this.width - this.gutter + 10, height: this.bottom + 18 }))),
      ...this.run.lanes.map((lane) => this.ground(lane)),
      draw("g", { "clip-path": `url(#${clip})` },
        this.mark,
        ...this.run.lanes.flatMap((lane) => this.lane(lane)),
        ...turns(this.run, this.scale, rows, this.bottom).filter(Boolean),
        ...axis(this.run, this.scale, this.bottom + 13)),
      ...this.run.lanes.map((lane) => this.name(lane)));
    if (focused) this.svg.querySelector(`[data-act="${focused}"]`)?.focus();
    this.drawOverview();
    this.place();
  }

  ground(lane) {
    const y = this.row(lane);
    return draw("rect", { class: "ground", x: 0, y: y + 1, width: this.width, height: this.height - 4, rx: 4 });
  }

  // Names come last, so that the mark of the present step does not cover them.
  name(lane) {
    const y = this.row(lane) + (this.isNarrow ? 13 : this.head + 17);
    const room = this.isNarrow ? this.width : this.gutter - 12;
    return draw("text", { class: "name", "data-task": lane.task, x: 8, y }, fitted(lane.name, room, 12.5));
  }

  lane(lane) {
    const y = this.row(lane) + this.head;
    const { view } = this;
    const acts = lane.acts.filter((act) => act.to > view.from && act.from < view.to);
    const isThin = (act) => (act.to - act.from) * this.scale.unit < 3 && !act.wrong;
    const tabStop = this.player.tabStop();
    return [
      ...slivers(acts.filter(isThin), this.scale, y + 2),
      ...acts.filter((act) => !isThin(act)).map((act) => bar(act, this.scale, y + 2, {
        isPinned: this.player.pinned?.act === act, isStop: act.number === tabStop,
      })),
      ...(this.run.steps.length ? track(this.run, lane, this.scale, y + BAR + 4) : []),
      ...lineNumbers(this.run, lane, this.scale, y + BAR + TRACK + 12),
    ];
  }

  // Move the mark of the present step; what lies under it stays as it is.
  place() {
    const { cursor } = this.player;
    const { edge } = this.run;
    if (!this.scale || !this.run.stops.length) return;
    const x = this.scale.x(edge[cursor]);
    const width = Math.max(2, (edge[cursor + 1] - edge[cursor]) * this.scale.unit);
    const attributes = { x: round(x), y: this.top - 3, width: round(width), height: this.bottom - this.top + 2, rx: 2 };
    for (const [name, value] of Object.entries(attributes)) this.mark.setAttribute(name, value);
    for (const name of this.svg.querySelectorAll(".name")) {
      name.classList.toggle("now", Number(name.dataset.task) === this.run.stops[cursor].task);
    }
  }

  // Keep the present step in view, with some room on both sides.
  follow() {
    const { from, to } = this.view;
    const now = this.run.edge[this.player.cursor];
    const margin = Math.min((to - from) * 0.1, 10);
    const isOut = now < from + margin || now + 1 > to - margin;
    if (isOut && to - from < this.run.end) this.show(now - (to - from) / 2, to - from);
    else this.place();
  }

  show(from, span) {
    const length = clamp(span, Math.min(SHORTEST, this.run.end), Math.max(this.run.end, 1));
    this.view.from = clamp(from, 0, Math.max(0, this.run.end - length));
    this.view.to = this.view.from + length;
    this.redraw();
  }

  zoom(factor, at = this.run.edge[this.player.cursor]) {
    const { from, to } = this.view;
    const span = clamp((to - from) * factor, SHORTEST, this.run.end);
    const share = clamp((at - from) / (to - from), 0, 1);
    this.show(at - span * share, span);
  }

  drawOverview() {
    const { from, to } = this.view;
    const isWhole = to - from >= this.run.end;
    this.overview.toggleAttribute("hidden", isWhole);
    if (isWhole) return;
    const rows = this.run.lanes.length;
    const height = clamp(rows * 5 + 8, 18, 44);
    const whole = new Scale({ from: 0, to: this.run.end }, this.gutter, this.width - 4);
    this.overview.setAttribute("viewBox", `0 0 ${this.width} ${height}`);
    this.overview.setAttribute("height", height);
    this.overview.replaceChildren(
      draw("rect", { class: "window", x: round(whole.x(from)), y: 1, width: round(Math.max(6, (to - from) * whole.unit)), height: height - 2, rx: 2 }),
      ...this.outline(whole, height));
  }

  outline(whole, height) {
    const { run } = this;
    if (this.outlined?.width === this.width) return this.outlined.nodes;
    const step = (height - 8) / run.lanes.length;
    const nodes = run.lanes.map((lane) => {
      const xs = new Set(lane.stops.map((stop) => Math.round(whole.x(run.edge[stop]))));
      const y = round(4 + step * (lane.row + 0.5));
      return draw("path", { class: "running", d: [...xs].map((x) => `M${x} ${y}h1.2`).join("") });
    });
    const marks = new Set(run.deviations.map((turn) => `M${Math.round(whole.x(run.edge[turn.stop]))} 1V${height - 1}`));
    if (marks.size) nodes.push(draw("path", { class: "deviation", d: [...marks].join("") }));
    this.outlined = { width: this.width, nodes };
    return nodes;
  }
}
