// One scenario on the page: where one stands in it, and the keys and buttons that move.

const KEYS = {
  ArrowRight: (player) => player.go(player.cursor + 1),
  ArrowLeft: (player) => player.go(player.cursor - 1),
  Home: (player) => player.go(0),
  End: (player) => player.go(Infinity),
  n: (player) => player.goDeviation(1),
  p: (player) => player.goDeviation(-1),
  "+": (player) => player.lanes.zoom(0.5),
  "=": (player) => player.lanes.zoom(0.5),
  "-": (player) => player.lanes.zoom(2),
  0: (player) => player.lanes.show(0, player.run.end),
  Escape: (player) => player.release(),
};

class Player {
  constructor(stage, data, id) {
    this.id = id;
    this.run = new Run(data);
    this.cursor = this.run.beginning();
    this.pinned = null;
    this.stage = stage;
    this.lanes = new Lanes(this.run, this);
    this.panels = [Inspector, Listings, ValueTable].map((panel) => new panel(this.run, this));
    this.ruler = this.run.versions.length ? new Ruler(this.run, this) : null;
    this.fill(stage.querySelector(".scene"));
    stage.addEventListener("keydown", (event) => this.pressed(event));
    this.redraw();
  }

  fill(scene) {
    const [inspector, listings, values] = this.panels.map((panel) => panel.node);
    const hasSteps = this.run.steps.length > 0;
    const parts = this.run.stops.length
      ? [this.toolbar(), this.lanes.node, this.slider(), this.legend(), inspector, hasSteps && listings, hasSteps && values]
      : [make("p", { class: "nothing" }, "No operation of this case was recorded."), inspector];
    scene.replaceChildren(...parts.filter(Boolean));
    if (!this.ruler) return;
    scene.append(make("section", { class: "truth" }, make("h3", {}, "The log and what may be seen of it"),
      make("p", { class: "hint" }, this.rulerHint()), this.ruler.node, truthTable(this.run) ?? ""));
  }

  rulerHint() {
    const hasFits = this.run.acts.some((act) => act.fits);
    return "Each number is a length of the log. A band covers the versions that an operation may be of."
      + (hasFits ? " Filled marks: what came back is true there." : "");
  }

  toolbar() {
    const button = (sign, name, key) => make("button", { type: "button", title: `${name} (${key.replace("Arrow", "arrow ").toLowerCase()})`, "aria-label": name,
      class: key === "Home" || key === "End" ? "edge" : null, click: () => KEYS[key](this) }, sign);
    const hasDeviations = this.run.deviations.length > 0;
    this.readout = make("output", { class: "readout" });
    return make("div", { class: "toolbar", role: "toolbar", "aria-label": "Step through" },
      make("span", { class: "buttons" }, button("⇤", "First step", "Home"), button("←", "Step back", "ArrowLeft"),
        button("→", "Step forward", "ArrowRight"), button("⇥", "Last step", "End")),
      hasDeviations && make("span", { class: "buttons" }, button("‹ ◆", "Previous deviation", "p"), button("◆ ›", "Next deviation", "n")),
      this.readout,
      make("span", { class: "buttons zoom" }, button("−", "Zoom out", "-"), button("+", "Zoom in", "+"), button("all", "Show all", "0")));
  }

  slider() {
    this.range = make("input", { type: "range", class: "scrub", min: 1, max: this.run.stops.length, "aria-label": "Step",
      input: () => this.go(Number(this.range.value) - 1) });
    return this.range;
  }

  legend() {
    const kinds = this.run.steps.length
      ? [["plain", "line"], ["read", "reads"], ["write", "writes"], ["cut", "interrupted"]] : [];
    const mark = ([kind, text]) => make("span", {}, draw("svg", { class: "key", width: 14, height: 24, "aria-hidden": "true" },
      draw("path", { class: `tick ${kind}`, d: { plain: "M7 10v4", read: "M7 7v10", write: "M7 3v18", cut: "M7 5v14" }[kind] })), text);
    const diamond = () => make("span", {}, draw("svg", { class: "key flag", width: 16, height: 24, "aria-hidden": "true" },
      draw("path", { d: "M8 5l7 7l-7 7l-7 -7z" })), "the search let another task in");
    return make("p", { class: "legend" }, ...kinds.map(mark), this.run.deviations.length > 0 && diamond(),
      make("span", { class: "keys" }, ...["←", "→", "Home", "End"].map((key) => make("kbd", {}, key)), " steps",
        this.run.deviations.length > 0 && make("span", {}, make("kbd", {}, "n"), make("kbd", {}, "p"), " deviations")));
  }

  // The one operation that the tab key stops at: what is pinned, else where one stands.
  tabStop() {
    const stop = this.run.stops[this.cursor];
    const act = this.pinned?.act ?? (stop && this.run.actAt(stop.task, this.cursor));
    return act?.number ?? 0;
  }

  go(stop) {
    this.cursor = clamp(stop, 0, Math.max(0, this.run.stops.length - 1));
    this.redraw();
    this.lanes.follow();
  }

  goDeviation(direction) {
    const stops = this.run.deviations.map((turn) => turn.stop);
    const next = direction > 0 ? stops.find((stop) => stop > this.cursor) : stops.findLast((stop) => stop < this.cursor);
    if (next !== undefined) this.go(next);
  }

  // Keep something in sight while one steps on; a line or an operation is also gone to.
  pin(found) {
    this.pinned = found.stop === undefined ? found : { ...found };
    const stop = found.stop ?? found.act?.start;
    if (stop !== undefined) this.cursor = stop;
    this.redraw();
    this.lanes.follow();
    this.lanes.redraw();
    this.ruler?.draw();
  }

  release() {
    if (!this.pinned) return;
    this.pinned = null;
    this.redraw();
    this.lanes.redraw();
    this.ruler?.draw();
  }

  redraw() {
    for (const panel of this.panels) panel.redraw();
    const stop = this.run.stops[this.cursor];
    if (!stop) return;
    const versions = this.run.versionsAt(this.cursor).join();
    if (versions !== this.versions) this.ruler?.draw();
    this.versions = versions;
    const name = this.run.laneOf.get(stop.task).name;
    const total = make("span", { class: "total" }, ` / ${this.run.stops.length.toLocaleString("en")}`);
    this.readout.replaceChildren((this.cursor + 1).toLocaleString("en"), total);
    this.range.value = this.cursor + 1;
    const told = stop.step ? [this.run.source(stop.step), ...stop.step.touches.map(touchText)] : [actLabel(stop.act)];
    this.range.setAttribute("aria-valuetext", `step ${this.cursor + 1} of ${this.run.stops.length}, ${name}: ${told.join("; ")}`);
  }

  pressed(event) {
    const group = event.target.closest?.(".lanes [data-act]");
    if (group && this.pressedOnAct(event, Number(group.dataset.act))) event.preventDefault();
    else this.key(event);
  }

  pressedOnAct(event, number) {
    if (event.key === "Enter" || event.key === " ") {
      this.pin({ act: this.run.acts[number] });
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const act = this.run.acts[clamp(number + (event.key === "ArrowDown" ? 1 : -1), 0, this.run.acts.length - 1)];
      this.go(act.start);
      this.lanes.redraw();
      this.lanes.svg.querySelector(`[data-act="${act.number}"]`)?.focus();
    } else {
      return false;
    }
    return true;
  }

  key(event) {
    const isScrolled = event.target.matches?.(".log, .code") && event.key.startsWith("Arrow");
    const isTaken = isScrolled || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey;
    if (isTaken || !(event.key in KEYS) || !this.run.stops.length) return;
    event.preventDefault();
    KEYS[event.key](this);
  }
}
