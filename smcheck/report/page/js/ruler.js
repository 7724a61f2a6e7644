// The log as a ruler: its versions from left to right, below it what each lookup may answer from
// and each snapshot may be of, with a dot for every version that says the same as what came.

const COLUMN = 92; // least width of a version
const ROW = 42;
const HEAD = 58;

class Ruler {
  constructor(run, player) {
    Object.assign(this, { run, player });
    this.svg = draw("svg", { class: "ruler", role: "group", "aria-label": `The log, ${plural(run.versions.length, "version")}` });
    this.node = make("div", { class: "log", tabindex: 0, role: "group", "aria-label": "The log, scrolls", scroll: () => this.draw() }, this.svg);
    this.svg.addEventListener("click", (event) => this.pick(event.target));
    this.svg.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === " ") this.pick(event.target, event);
    });
    watchWidth(this.node, () => this.redraw());
  }

  redraw() {
    const width = this.node.clientWidth;
    if (!width) return;
    const count = this.run.versions.length;
    const longest = Math.max(...this.run.versions.map((one) => one.entry.length)) * 6.9 + 18;
    this.column = Math.max(clamp(longest, 56, COLUMN), (width - 56) / Math.max(1, count - 0.5));
    this.column = Math.min(this.column, Math.max(230, longest));
    this.width = Math.max(width, 56 + this.column * (count - 1) + 40);
    this.placeWindows();
    this.height = HEAD + this.rows * ROW;
    for (const [name, value] of Object.entries({ width: this.width, height: this.height })) this.svg.setAttribute(name, value);
    this.draw();
    this.reveal();
  }

  x(number) {
    return 28 + this.column * Math.max(0, lastUpTo(this.run.versions, number, (one) => one.number));
  }

  // Windows that do not touch share a row; what is wrong comes first.
  placeWindows() {
    const acts = this.run.acts.filter((act) => act.operation !== "update" && act.versions[0] !== null);
    acts.sort((a, b) => b.wrong - a.wrong || a.number - b.number);
    const free = [];
    const room = acts.length > 8 ? 220 : Math.max(220, this.width - 40);
    this.windows = acts.map((act) => {
      const [first, last] = [act.versions[0], act.versions[1] ?? act.versions[0]];
      const [left, right] = [this.x(first) - 11, this.x(last) + 11];
      const label = fitted(actLabel(act), Math.max(room, right - left));
      const start = Math.max(2, Math.min(left, this.width - label.length * 7 - 6));
      const end = Math.max(right, start + label.length * 7, ...(act.fits ?? []).map((one) => this.x(one) + 44));
      const begin = Math.min(left, start, ...(act.fits ?? []).map((one) => this.x(one) - 44));
      let row = free.findIndex((taken) => taken.every(([from, to]) => end + 10 < from || begin > to + 10));
      if (row < 0) row = free.push([]) - 1;
      free[row].push([begin, end]);
      return { act, first, last, left, right, label, start, row };
    });
    this.rows = free.length;
  }

  // Draw what can be seen where it is scrolled to, and a bit more.
  draw() {
    if (!this.windows) return;
    const { scrollLeft, scrollTop, clientWidth, clientHeight } = this.node;
    const [from, to] = [scrollLeft - 300, scrollLeft + clientWidth + 300];
    const isNear = (row) => HEAD + row * ROW > scrollTop - 100 && HEAD + row * ROW < scrollTop + clientHeight + 100;
    const versions = this.run.versions.filter((one) => this.x(one.number) > from && this.x(one.number) < to);
    const windows = this.windows.filter((one) => isNear(one.row) && one.right > from && one.left < to);
    this.svg.replaceChildren(
      this.now(),
      draw("path", { class: "rule", d: `M28 30H${this.x(Infinity)}` }),
      this.batches(from, to),
      ...versions.map((one) => this.version(one)),
      ...windows.map((one) => this.window(one)));
  }

  now() {
    const [made, begun] = this.run.versionsAt(this.player.cursor);
    const [left, right] = [this.x(made) - 9, this.x(begun) + 9];
    return draw("rect", { class: "playhead", x: left, y: 2, width: right - left, height: HEAD - 6, rx: 4 });
  }

  batches(from, to) {
    const updates = this.run.acts.filter((act) => act.operation === "update" && act.versions[1] !== null);
    const spans = updates.map((act) => [this.x(act.versions[0] ?? act.versions[1] - 1) + 8, this.x(act.versions[1]) - 8]);
    const d = spans.filter(([left, right]) => right > from && left < to).map(([left, right]) => `M${left} 30H${right}`).join("");
    return draw("path", { class: "batch", d });
  }

  version(one) {
    const x = this.x(one.number);
    const entry = fitted(one.entry, this.column - 10);
    const isPinned = this.player.pinned?.version === one;
    return draw("g", {
      class: `version${isPinned ? " pinned" : ""}`, role: "button", tabindex: 0, "data-version": one.number,
      "aria-label": `version ${one.number}${one.entry ? `, after ${one.entry}` : ""}`,
    },
    draw("rect", { class: "catch", x: one.entry ? x + 14 - this.column : x - 14, y: 2, width: one.entry ? this.column : 28, height: HEAD - 6 }),
    draw("circle", { cx: x, cy: 30, r: 4 }),
    draw("text", { x, y: 18 }, one.number),
    entry && draw("text", { class: "entry", x: x - this.column / 2, y: 48 }, entry));
  }

  window({ act, first, last, left, right, label, start, row }) {
    const y = HEAD + row * ROW;
    const fits = new Set(act.fits ?? []);
    const inside = this.run.versions.filter((one) => one.number >= first && one.number <= last).map((one) => one.number);
    const numbers = [...new Set([...inside, ...fits])].slice(0, 400);
    const isPinned = this.player.pinned?.act === act;
    return draw("g", {
      class: `window ${act.operation === "lookup" ? "lookup" : "snapshot"}${act.wrong ? " wrong" : ""}${isPinned ? " pinned" : ""}`,
      role: "button", tabindex: 0, "data-act": act.number, "aria-label": `${actLabel(act)}, ${windowText(act)}`,
    },
    draw("text", { x: start, y: y + 11 }, label),
    draw("rect", { x: left, y: y + 16, width: right - left, height: 16, rx: 8 }),
    ...this.away({ act, first, last, left, right, y, from: start + label.length * 7 }),
    ...numbers.map((number) => this.dot(number, y + 24, { act, fits, isInside: number >= first && number <= last })));
  }

  // Lead the eye to the version that is true of what came, where it is none of those it may be of.
  away({ act, first, last, left, right, y, from }) {
    if (!act.fits?.length || act.fits.some((one) => one >= first && one <= last)) return [];
    const number = act.fits.find((one) => one > last) ?? act.fits.at(-1);
    const x = this.x(number);
    const text = act.operation === "lookup" ? "true here" : "contains this";
    const isClear = x - 44 > from || x + 44 < left;
    return [
      draw("path", { class: "away", d: `M${x > right ? right : left} ${y + 24}H${x}` }),
      isClear && draw("text", { class: "found", x: clamp(x, 36, this.width - 42), y: y + 11 }, text),
    ].filter(Boolean);
  }

  dot(number, y, { act, fits, isInside }) {
    const kind = fits.has(number) ? (isInside ? "fits" : "elsewhere") : act.fits ? "differs" : "open";
    const x = this.x(number);
    const isSnapshot = act.operation !== "lookup";
    return isSnapshot
      ? draw("path", { class: `dot ${kind}`, d: `M${x} ${y - 5.5}l5.5 5.5l-5.5 5.5l-5.5 -5.5z` })
      : draw("circle", { class: `dot ${kind}`, cx: x, cy: y, r: 4 });
  }

  pick(target, event) {
    const group = target.closest("[data-version], [data-act]");
    if (!group) return;
    event?.preventDefault();
    event?.stopPropagation();
    const { version, act } = group.dataset;
    if (act) this.player.pin({ act: this.run.acts[act] });
    else this.player.pin({ version: this.run.versions.find((one) => one.number === Number(version)) });
    this.svg.querySelector(act ? `[data-act="${act}"]` : `[data-version="${version}"]`)?.focus();
  }

  // Scroll to what is wrong, else to the present.
  reveal() {
    const wrong = this.windows.find((one) => one.act.wrong);
    const x = wrong ? (wrong.left + wrong.right) / 2 : this.x(this.run.versionsAt(this.player.cursor)[1]);
    this.node.scrollLeft = x - this.node.clientWidth / 2;
  }
}

// The truth at each version as a table, where there are few.
function truthTable(run) {
  const rows = run.versions.filter((one) => one.state || one.result);
  if (!rows.length || rows.length > 12) return null;
  const cells = (one) => [one.entry || "the empty log", one.result, one.state].map((text) => make("td", {}, make("code", {}, text)));
  const heads = ["version", "entry", "result", "state, one entry at a time"];
  return make("div", { class: "scrolls", tabindex: 0, role: "group", "aria-label": "Table of versions" }, make("table", { class: "versions" },
    make("thead", {}, make("tr", {}, ...heads.map((head) => make("th", { scope: "col" }, head)))),
    make("tbody", {}, ...rows.map((one) => make("tr", {}, make("th", { scope: "row" }, one.number), ...cells(one))))));
}

// Say of which versions that is true what came back.
function fitsText(act) {
  if (!act.fits) return "";
  const [first, last] = [act.versions[0], act.versions[1] ?? act.versions[0]];
  const inside = act.fits.filter((one) => one >= first && one <= last);
  if (inside.length) return `What came is true at ${named(inside)}.`;
  if (act.fits.length) return `What came is true only at ${named(act.fits)}, not where it may be from.`;
  return "What came is true at no version of the log.";
}

function named(versions) {
  const some = versions.slice(0, 8).join(", ") + (versions.length > 8 ? ", …" : "");
  return `version${versions.length === 1 ? "" : "s"} ${some}`;
}
