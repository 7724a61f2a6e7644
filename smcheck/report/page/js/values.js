// What is known of each value at a stop: the last that was read or written of it.

class Values {
  constructor(run) {
    this.known = new Map();
    run.stops.forEach((stop, n) => {
      for (const touch of stop.step?.touches ?? []) this.note(stop, n, touch);
    });
    this.all = [...this.known.values()];
  }

  // Only what hangs on the machine is shared; a local variable is the task's own.
  note(stop, n, [name, value, written]) {
    const own = /^self\b/.test(name) ? null : stop.task;
    const key = JSON.stringify([own, name]);
    if (!this.known.has(key)) this.known.set(key, { name, own, seen: [] });
    const last = { stop: n, task: stop.task, value: written ?? value, before: value, isWrite: written !== undefined };
    this.known.get(key).seen.push(last);
  }

  // At most `limit` values, those touched last; in the order in which they were first seen.
  at(stop, limit) {
    let rows = [];
    for (const one of this.all) {
      const last = one.seen[lastUpTo(one.seen, stop, (seen) => seen.stop)];
      if (last) rows.push({ name: one.name, own: one.own, ...last });
    }
    const hidden = Math.max(0, rows.length - limit);
    if (hidden) {
      const oldest = rows.map((row) => row.stop).sort((a, b) => b - a)[limit - 1];
      rows = rows.filter((row) => row.stop >= oldest).slice(-limit);
    }
    return { rows, hidden };
  }
}
