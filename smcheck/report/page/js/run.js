// A scenario as it was sent, and where in logical time each part of it lies.
//
// A *stop* is what one can stand on: a step, or an operation in which no line ran. Stops have a
// width each; `edge[n]` is where stop n begins, `edge[stops.length]` is the end.

class Run {
  constructor(data) {
    this.files = data.files;
    this.blamed = new Set(data.blamed.map((line) => `${data.lines[line][0]}:${data.lines[line][1]}`));
    this.steps = data.steps.map((step) => this.step(step, data.lines));
    this.acts = data.acts.map((act, number) => ({ ...act, number, until: act.ended ?? this.steps.length }));
    this.turns = data.turns.map(([at, task, to, deviation, reason]) => ({ at, task, to, deviation, reason }));
    this.versions = data.versions.length ? data.versions : this.bareVersions();
    this.layOut();
    this.lanes = this.foundLanes(data.tasks);
    this.laneOf = new Map(this.lanes.map((lane) => [lane.task, lane]));
    this.deviations = this.turns.filter((turn) => turn.deviation);
    this.deviations.forEach((turn, n) => Object.assign(turn, { sign: n + 1, stop: this.stopOf[turn.at] }));
  }

  step([task, line, interrupted, touches], lines) {
    const [file, number, name] = lines[line];
    return { task, file, line: number, name, interrupted, touches };
  }

  // Of a log that nobody told the truth about, its lengths are known all the same.
  bareVersions() {
    const last = Math.max(-1, ...this.acts.map((act) => act.versions[1] ?? act.versions[0] ?? -1));
    return Array.from({ length: last + 1 }, (_, number) => ({ number, index: 0, entry: "", result: "", state: "", answers: [] }));
  }

  layOut() {
    const empty = this.acts.filter((act) => act.until <= act.began);
    const width = this.emptyWidth(empty.length);
    const at = new Map();
    for (const act of empty) {
      if (!at.has(act.began)) at.set(act.began, []);
      at.get(act.began).push(act);
    }
    this.stops = [];
    this.edge = [0];
    this.stopOf = [];
    for (let moment = 0; moment <= this.steps.length; moment++) {
      for (const act of at.get(moment) ?? []) this.stand({ task: act.task, act }, width);
      this.stopOf.push(this.stops.length);
      const step = this.steps[moment];
      if (step) this.stand({ task: step.task, step }, 1);
    }
    this.end = this.edge.at(-1);
    for (const act of this.acts) this.span(act);
  }

  // Operations without lines stay visible beside thousands of steps, and do not crowd them out.
  emptyWidth(count) {
    return Math.max(1, Math.min(Math.round(this.steps.length / 30), Math.round(this.steps.length / (2 * count || 1))));
  }

  stand(stop, width) {
    if (stop.act) stop.act.start = stop.act.final = this.stops.length;
    this.stops.push(stop);
    this.edge.push(this.edge.at(-1) + width);
  }

  span(act) {
    if (act.until > act.began) {
      act.start = this.stopOf[act.began];
      act.final = this.stopOf[act.until - 1];
    }
    act.from = this.edge[act.start];
    act.to = this.edge[act.final + 1];
  }

  foundLanes(names) {
    const tasks = new Set([...this.acts, ...this.steps].map((one) => one.task));
    const lanes = [...tasks].sort((a, b) => a - b).map((task, row) => (
      { task, row, name: names[task] || `task ${task}`, stops: [], acts: [] }));
    const byTask = new Map(lanes.map((lane) => [lane.task, lane]));
    this.stops.forEach((stop, n) => byTask.get(stop.task).stops.push(n));
    for (const act of this.acts) byTask.get(act.task).acts.push(act);
    for (const lane of lanes) lane.acts.sort((a, b) => a.start - b.start);
    return lanes;
  }

  // The operation that a task is in, or was in last, at a stop.
  actAt(task, stop) {
    const { acts } = this.laneOf.get(task);
    return acts[lastUpTo(acts, stop, (act) => act.start)];
  }

  // The last stop of a task up to and with this one, undefined before its first.
  standing(lane, stop) {
    return this.stops[lane.stops[lastUpTo(lane.stops, stop)]];
  }

  stopAt(x) {
    return clamp(lastUpTo(this.edge, x), 0, this.stops.length - 1);
  }

  // The length of the log that all updates made, and the one that those under way are making.
  versionsAt(stop) {
    const updates = this.acts.filter((act) => act.operation === "update" && act.versions[1] !== null && act.start <= stop);
    const made = Math.max(...updates.filter((act) => act.final < stop).map((act) => act.versions[1]), 0);
    return [made, Math.max(made, ...updates.map((act) => act.versions[1]))];
  }

  source(step) {
    return (this.files[step.file].lines[step.line] ?? "").trim();
  }

  place(step) {
    return `${this.files[step.file].name}:${step.line}`;
  }

  isBlamed(file, line) {
    return this.blamed.has(`${file}:${line}`);
  }

  // Where to begin: after the search took over, else at the line at fault, else at what is wrong.
  beginning() {
    const wrong = this.acts.find((act) => act.wrong);
    const taken = this.deviations.find((turn) => turn.at > 0);
    const fault = this.stops.findIndex(({ step }) => step && this.isBlamed(step.file, step.line));
    const stop = taken?.stop ?? (fault >= 0 ? fault : wrong?.start) ?? 0;
    return clamp(stop, 0, Math.max(0, this.stops.length - 1));
  }
}

function touchText([name, value, written]) {
  return written === undefined ? `${name} is ${value}` : `${name}: ${value} → ${written}`;
}
