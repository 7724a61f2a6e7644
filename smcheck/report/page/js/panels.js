// What stands below the lanes: the present step or what is pinned, the source of each task where
// it stands, and the values so far.

const NEAR = 3; // lines shown before and after the present one
const VALUES = 14; // values in the table

class Inspector {
  constructor(run, player) {
    Object.assign(this, { run, player });
    this.body = make("div", { class: "body" });
    this.release = make("button", { type: "button", class: "release", click: () => player.release() }, "unpin ", make("kbd", {}, "Esc"));
    this.node = make("section", { class: "inspector", "aria-live": "polite", "aria-label": "The present step" }, this.release, this.body);
  }

  redraw() {
    const { pinned, cursor } = this.player;
    this.node.classList.toggle("pinned", Boolean(pinned));
    this.release.hidden = !pinned;
    this.body.replaceChildren(...this.content(pinned ?? { stop: cursor }).filter(Boolean));
  }

  content({ stop, act, version }) {
    if (version) return this.version(version);
    const here = this.run.stops[stop];
    if (act || here?.act) return this.act(act ?? here.act);
    return here ? this.step(here.step, stop) : [make("p", { class: "nothing" }, "Nothing ran.")];
  }

  step(step, stop) {
    const act = this.run.actAt(step.task, stop);
    const turns = this.run.deviations.filter((turn) => turn.stop === stop);
    return [
      make("p", { class: "where" }, `Step ${(stop + 1).toLocaleString("en")} of ${this.run.stops.length.toLocaleString("en")} · `,
        make("b", {}, this.run.laneOf.get(step.task).name), ` · ${this.run.place(step)} in ${step.name}`),
      ...turns.map((turn) => make("p", { class: "turned" }, `The search let ${this.run.laneOf.get(turn.to)?.name ?? "another task"} in: ${turn.reason}`)),
      make("pre", { class: "line" }, this.run.source(step)),
      touchList(step),
      step.interrupted && make("p", { class: "cut" }, "Another task gets in before this line is done."),
      act && make("p", { class: "during" }, "in ", make("code", {}, actLabel(act))),
    ];
  }

  act(act) {
    const lane = this.run.laneOf.get(act.task);
    const lines = this.run.stops[act.start].step ? `, steps ${act.start + 1} to ${act.final + 1}` : ", no line of the machine ran";
    return [
      make("p", { class: "where" }, make("b", {}, lane.name), ` · ${act.operation}${lines}`),
      make("pre", { class: "line" }, act.text || act.operation),
      pairs([
        ["came back", act.ended === null ? "nothing, it never returned" : act.result || "nothing"],
        ["log", windowText(act)],
        ["truth", fitsText(act)],
      ]),
      act.wrong && make("p", { class: "turned" }, "This is what the finding is about."),
      act.output.length > 0 && make("pre", { class: "said", "aria-label": "Output" }, act.output.join("\n")),
    ];
  }

  version(one) {
    return [
      make("p", { class: "where" }, make("b", {}, `Version ${one.number}`), one.index ? ` · up to index ${one.index}` : " · the empty log"),
      one.entry && make("pre", { class: "line" }, one.entry),
      pairs([["result", one.result], ["state", one.state], ...one.answers]),
    ];
  }
}

function touchList(step) {
  return pairs(step.touches.map(([name, value, written]) => [name, written === undefined ? value : `${value} → ${written}`,
    written === undefined ? "read" : "written"]));
}

function pairs(rows) {
  const told = rows.filter(([, value]) => value);
  return told.length > 0 && make("dl", { class: "pairs" }, ...told.map(([name, value, how]) => (
    make("div", {}, make("dt", {}, name), make("dd", {}, make("code", {}, value), how && make("small", {}, ` ${how}`))))));
}

class Listings {
  constructor(run, player) {
    Object.assign(this, { run, player });
    this.grid = make("div", { class: "listings" });
    this.late = make("p", { class: "late" });
    this.node = make("div", { role: "group", "aria-label": "Source, where each task stands" }, this.grid, this.late);
  }

  redraw() {
    const { cursor } = this.player;
    const hasBegun = (lane) => lane.stops[0] <= cursor;
    const late = this.run.lanes.filter((lane) => !hasBegun(lane)).map((lane) => lane.name);
    this.grid.replaceChildren(...this.run.lanes.filter(hasBegun).map((lane) => this.listing(lane)));
    this.late.textContent = late.length ? `Not begun: ${late.join(", ")}` : "";
  }

  listing(lane) {
    const { cursor } = this.player;
    const here = this.run.standing(lane, cursor);
    const isNow = this.run.stops[cursor]?.task === lane.task;
    const act = this.run.actAt(lane.task, cursor);
    const isDone = act && act.final < cursor;
    return make("section", { class: `listing${isNow ? " now" : ""}${isDone ? " done" : ""}`, "aria-label": lane.name },
      make("h4", {}, make("b", {}, lane.name), " ",
        make("span", {}, isNow ? "runs" : isDone ? "is done here" : "waits here")),
      make("p", { class: "during" }, act && make("code", {}, actLabel(act))),
      here.step ? this.code(here.step, isNow) : make("p", { class: "nothing" }, "No line of the machine ran."));
  }

  code(step, isNow) {
    const { lines } = this.run.files[step.file];
    const numbers = [];
    for (let n = step.line - NEAR; n <= step.line + NEAR; n++) if (n in lines) numbers.push(n);
    const texts = numbers.map((n) => lines[n]);
    const common = Math.min(...texts.filter((text) => text.trim()).map((text) => text.length - text.trimStart().length));
    return make("ol", { class: "code", tabindex: 0, "aria-label": "Source" }, ...numbers.map((n, at) => make("li", { class: lineClass(n === step.line, this.run.isBlamed(step.file, n)) },
      make("i", {}, n), make("code", {}, texts[at].slice(common) || " "),
      ...(n === step.line && isNow ? step.touches.map((touch) => make("span", { class: "value" }, touchText(touch))) : []))));
  }
}

function lineClass(isHere, isBlamed) {
  return [isHere && "named", isBlamed && "blamed"].filter(Boolean).join(" ") || null;
}

class ValueTable {
  constructor(run, player) {
    Object.assign(this, { run, player, values: new Values(run) });
    this.body = make("tbody");
    this.more = make("p", { class: "hint" });
    this.node = make("section", { class: "values" }, make("h4", {}, make("b", {}, "Values so far")),
      make("table", {}, make("thead", {}, make("tr", {}, ...["name", "value", "last touched by"].map((head) => make("th", { scope: "col" }, head)))), this.body),
      this.more);
  }

  redraw() {
    const { rows, hidden } = this.values.at(this.player.cursor, VALUES);
    this.body.replaceChildren(...rows.map((row) => this.row(row)));
    if (!rows.length) this.body.append(make("tr", {}, make("td", { colspan: 3, class: "nothing" }, "No value was seen yet.")));
    this.more.textContent = hidden ? `${plural(hidden, "value")} touched longer ago not shown.` : "";
  }

  row(row) {
    const isNow = row.stop === this.player.cursor;
    const lane = this.run.laneOf.get(row.task);
    const changed = isNow && row.isWrite && row.before !== row.value;
    return make("tr", { class: isNow ? "now" : null },
      make("th", { scope: "row" }, make("code", {}, row.name), row.own !== null && this.run.lanes.length > 1 && make("small", {}, ` ${this.run.laneOf.get(row.own).name}`)),
      make("td", {}, changed && make("del", {}, row.before), changed && " ", make("code", {}, row.value)),
      make("td", {}, `${lane.name}, step ${(row.stop + 1).toLocaleString("en")} ${row.isWrite ? "✎" : ""}`));
  }
}
