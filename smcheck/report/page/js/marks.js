// What is drawn on the lanes. A scale turns logical time into pixels; however much there is to
// draw, each kind of mark is one path, so that a run of 20,000 steps has as many nodes as one of 20.

const BAR = 22; // height of an operation
const TRACK = 24; // height of the lines below it

class Scale {
  constructor(view, left, right) {
    Object.assign(this, { view, left, right, unit: (right - left) / (view.to - view.from) });
  }

  x(time) {
    return this.left + (time - this.view.from) * this.unit;
  }

  time(x) {
    return this.view.from + (x - this.left) / this.unit;
  }
}

function round(number) {
  return Math.round(number * 10) / 10;
}

// One operation as a bar with its text; what is too narrow for that is drawn by `slivers`.
function bar(act, scale, y, { isPinned, isStop }) {
  const left = Math.max(scale.x(act.from), scale.left - 8);
  const right = Math.min(scale.x(act.to), scale.right + 8);
  const width = Math.max(4, right - left - 1.5);
  const label = fitted(actLabel(act), width - (act.wrong ? 24 : 10));
  const state = `${act.wrong ? " wrong" : ""}${isPinned ? " pinned" : ""}${act.ended === null ? " open" : ""}`;
  return draw("g", {
    class: `act${state}`, role: "button", tabindex: isStop ? 0 : -1, "data-act": act.number,
    "aria-pressed": String(isPinned), "aria-label": actLabel(act) + (act.wrong ? ", wrong" : ""),
  },
  draw("rect", { x: round(left), y, width: round(width), height: BAR, rx: 3 }),
  act.wrong && width > 18 && draw("text", { x: round(left + 6), y: y + 15, class: "cross" }, "✗"),
  label && draw("text", { x: round(left + (act.wrong ? 19 : 6)), y: y + 15 }, label));
}

function actLabel(act) {
  const text = act.text || act.operation;
  if (act.ended === null) return `${text} … never returned`;
  return act.result ? `${text} → ${act.result}` : text;
}

function slivers(acts, scale, y) {
  const path = new Set(acts.map((act) => `M${Math.round(scale.x(act.from))} ${y}v${BAR}`));
  return path.size ? [draw("path", { class: "slivers", d: [...path].join("") })] : [];
}

// The lines of one task: where it was the one that ran, and what each line did.
function track(run, lane, scale, y) {
  const first = Math.max(0, lastUpTo(lane.stops, run.stopAt(scale.view.from)));
  const last = lastUpTo(lane.stops, run.stopAt(scale.view.to));
  const running = [];
  const kinds = { plain: new Set(), read: new Set(), write: new Set(), cut: new Set() };
  let open = null;
  for (let n = first; n <= last; n++) {
    const stop = lane.stops[n];
    const from = Math.max(scale.x(run.edge[stop]), scale.left - 4);
    const to = Math.min(scale.x(run.edge[stop + 1]), scale.right + 4);
    if (to < scale.left || from > scale.right) continue;
    if (open && from - open[1] < 0.8) open[1] = to;
    else running.push((open = [from, to]));
    const { step } = run.stops[stop];
    if (step) tick(kinds, step, (from + to) / 2, y);
  }
  const d = running.map(([from, to]) => `M${round(from)} ${y + 12}H${round(Math.max(to, from + 1))}`).join("");
  const paths = Object.entries(kinds).filter(([, marks]) => marks.size);
  return [
    draw("path", { class: "running", d }),
    ...paths.map(([kind, marks]) => draw("path", { class: `tick ${kind}`, d: [...marks].join("") })),
  ];
}

function tick(kinds, step, middle, y) {
  const x = Math.round(middle * 2) / 2; // as fine as can be seen, so that a full view has few
  if (step.touches.some((touch) => touch.length > 2)) kinds.write.add(`M${x} ${y + 3}v18`);
  else if (step.touches.length) kinds.read.add(`M${x} ${y + 7}v10`);
  else kinds.plain.add(`M${x} ${y + 10}v4`);
  if (step.interrupted) kinds.cut.add(`M${x + 4} ${y + 5}v14`);
}

// Numbers of lines below their ticks, where there is room for all of them.
function lineNumbers(run, lane, scale, y) {
  if (scale.unit < 30) return [];
  const first = run.stopAt(scale.view.from);
  const last = run.stopAt(scale.view.to);
  return lane.stops.filter((stop) => stop >= first && stop <= last && run.stops[stop].step).map((stop) => (
    draw("text", { class: "line", x: round(scale.x((run.edge[stop] + run.edge[stop + 1]) / 2)), y }, run.stops[stop].step.line)));
}

// Changes of the running task: chosen ones by a sign of their own, the others in passing.
function turns(run, scale, rows, bottom) {
  const inView = run.turns.filter((turn) => {
    const time = run.edge[run.stopOf[turn.at]];
    return time >= scale.view.from && time <= scale.view.to && (turn.deviation || run.laneOf.has(turn.to));
  });
  const where = (turn) => Math.round(scale.x(run.edge[run.stopOf[turn.at]]));
  const plain = new Set();
  for (const turn of inView) {
    if (turn.deviation || !run.laneOf.has(turn.task)) continue;
    const [from, to] = [rows(turn.task), rows(turn.to)].sort((a, b) => a - b);
    plain.add(`M${where(turn)} ${from}V${to}`);
  }
  const chosen = inView.filter((turn) => turn.deviation);
  return [
    plain.size > 0 && plain.size < (scale.right - scale.left) / 3 && draw("path", { class: "turn", d: [...plain].join("") }),
    ...flags(chosen, where, bottom, scale),
  ];
}

function flags(chosen, where, bottom, { left, right }) {
  const line = new Set(chosen.map((turn) => `M${where(turn)} 18V${bottom}`));
  const nodes = [line.size && draw("path", { class: "deviation", d: [...line].join("") })];
  let free = left;
  let drawn = -Infinity;
  chosen.forEach((turn, n) => {
    const x = where(turn);
    if (x < drawn) return;
    drawn = x + 12;
    const next = n + 1 < chosen.length ? where(chosen[n + 1]) - 12 : right;
    const needed = turn.reason.length * 6.7 + 18;
    const isLeft = needed > next - x && x - free > next - x;
    const reason = fitted(turn.reason, isLeft ? x - Math.max(free, left) - 20 : next - x - 16, 11);
    free = isLeft ? x + 12 : Math.min(x + needed, next);
    nodes.push(draw("g", { class: "flag", "data-stop": turn.stop },
      draw("path", { d: `M${x} 1l8.5 8.5l-8.5 8.5l-8.5 -8.5z` }),
      chosen.length > 1 && turn.sign < 10 && draw("text", { class: "sign", x, y: 13 }, turn.sign),
      reason && draw("text", { x: isLeft ? x - 13 : x + 13, y: 13.5, class: isLeft ? "left" : null }, reason)));
  });
  return nodes;
}

// Numbers of steps along the bottom, at round distances.
function axis(run, scale, y) {
  const count = run.stops.length;
  const distance = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000, 50000, 100000]
    .find((each) => each * scale.unit > 46) ?? count;
  const nodes = [];
  for (let n = Math.ceil((run.stopAt(scale.view.from) + 1) / distance) * distance; n <= count; n += distance) {
    const x = scale.x((run.edge[n - 1] + run.edge[n]) / 2);
    if (x > scale.right) break;
    const text = n.toLocaleString("en");
    if (x >= scale.left) nodes.push(draw("text", { class: "axis", x: round(Math.min(x, scale.right - text.length * 3)), y }, text));
  }
  return nodes;
}
