// What the pointer does on the lanes: it shows, it picks, it drags, it zooms.

const SLACK = 5; // pixels that a click may move
const REACH = 14; // pixels around a tick in which it is meant

function watchPointer(lanes) {
  const { svg, overview } = lanes;
  let held = null;
  svg.addEventListener("pointerdown", (event) => {
    held = { x: event.clientX, from: lanes.view.from, isMoved: false };
  });
  svg.addEventListener("pointermove", (event) => {
    if (held && event.buttons) drag(lanes, held, event);
    else hover(lanes, event);
  });
  svg.addEventListener("pointerup", (event) => {
    if (held && !held.isMoved) pick(lanes, event);
    held = null;
  });
  svg.addEventListener("pointercancel", () => { held = null; });
  svg.addEventListener("pointerleave", () => { held = null; lanes.tip.hidden = true; });
  svg.addEventListener("wheel", (event) => wheel(lanes, event), { passive: false });
  svg.addEventListener("focusin", (event) => showTip(lanes, actOf(lanes, event.target), event.target));
  svg.addEventListener("focusout", () => { lanes.tip.hidden = true; });
  const jump = (event) => {
    if (!event.buttons) return;
    const { left } = overview.getBoundingClientRect();
    const whole = new Scale({ from: 0, to: lanes.run.end }, lanes.gutter, lanes.width - 4);
    const span = lanes.view.to - lanes.view.from;
    lanes.show(whole.time(event.clientX - left) - span / 2, span);
  };
  overview.addEventListener("pointerdown", jump);
  overview.addEventListener("pointermove", jump);
}

function drag(lanes, held, event) {
  const moved = event.clientX - held.x;
  if (!held.isMoved && Math.abs(moved) < SLACK) return;
  held.isMoved = true;
  lanes.tip.hidden = true;
  lanes.show(held.from - moved / lanes.scale.unit, lanes.view.to - lanes.view.from);
}

function wheel(lanes, event) {
  if (event.ctrlKey || event.metaKey) {
    event.preventDefault();
    const { left } = lanes.svg.getBoundingClientRect();
    lanes.zoom(event.deltaY > 0 ? 1.25 : 0.8, lanes.scale.time(event.clientX - left));
  } else if (event.deltaX || event.shiftKey) {
    event.preventDefault();
    const by = (event.deltaX || event.deltaY) / lanes.scale.unit;
    lanes.show(lanes.view.from + by, lanes.view.to - lanes.view.from);
  }
}

function actOf(lanes, target) {
  const group = target.closest?.("[data-act]");
  return group ? { act: lanes.run.acts[group.dataset.act] } : null;
}

// What is under the pointer: an operation, or the nearest line of the lane.
function meant(lanes, event) {
  const flag = event.target.closest?.("[data-stop]");
  if (flag) return { stop: Number(flag.dataset.stop) };
  const act = actOf(lanes, event.target);
  if (act || !lanes.scale) return act;
  const box = lanes.svg.getBoundingClientRect();
  const [x, y] = [event.clientX - box.left, event.clientY - box.top];
  const lane = lanes.run.lanes[Math.floor((y - lanes.top) / lanes.height)];
  if (!lane || x < lanes.gutter - 4) return null;
  return nearest(lanes, lane, x);
}

function nearest(lanes, lane, x) {
  const { run, scale } = lanes;
  const at = lastUpTo(lane.stops, run.stopAt(scale.time(x)));
  const middle = (stop) => scale.x((run.edge[stop] + run.edge[stop + 1]) / 2);
  const near = [lane.stops[at], lane.stops[at + 1]].filter((stop) => stop !== undefined);
  near.sort((a, b) => Math.abs(middle(a) - x) - Math.abs(middle(b) - x));
  const reach = Math.max(REACH, scale.unit / 2 + 1);
  return near.length && Math.abs(middle(near[0]) - x) <= reach ? { stop: near[0] } : null;
}

function hover(lanes, event) {
  if (event.pointerType === "touch") return;
  showTip(lanes, meant(lanes, event), event);
}

function pick(lanes, event) {
  const found = meant(lanes, event);
  if (found) lanes.player.pin(found);
  else if (lanes.scale) {
    const { left } = lanes.svg.getBoundingClientRect();
    lanes.player.go(lanes.run.stopAt(lanes.scale.time(event.clientX - left)));
  }
}

function showTip(lanes, found, where) {
  const { tip, node } = lanes;
  tip.hidden = !found;
  if (!found) return;
  tip.replaceChildren(...tipOf(lanes.run, found));
  const box = node.getBoundingClientRect();
  const spot = where.getBoundingClientRect?.() ?? { left: where.clientX, bottom: where.clientY + 8, top: where.clientY };
  const left = clamp(spot.left - box.left + 6, 0, Math.max(0, box.width - tip.offsetWidth));
  tip.style.left = `${left}px`;
  tip.style.top = `${spot.bottom - box.top + 8}px`;
}

// A line or an operation in short.
function tipOf(run, { stop, act }) {
  const { step } = run.stops[stop] ?? {};
  if (!step) return actTip(act ?? run.stops[stop].act);
  const touches = step.touches.map((touch) => make("span", { class: "value" }, touchText(touch)));
  return [
    make("span", { class: "where" }, run.place(step)),
    make("code", {}, run.source(step)),
    ...touches,
    step.interrupted && make("span", { class: "cut" }, "interrupted here"),
  ].filter(Boolean);
}

function actTip(act) {
  return [
    make("code", {}, act.text || act.operation),
    make("span", { class: "value" }, act.ended === null ? "never returned" : act.result ? `→ ${act.result}` : "returned"),
    windowText(act) && make("span", { class: "where" }, windowText(act)),
    ...act.output.slice(0, 3).map((line) => make("span", { class: "said" }, line)),
  ].filter(Boolean);
}

// What an operation has to do with the versions of the log, in words.
function windowText(act) {
  const [first, last] = act.versions;
  if (act.operation === "update" && last !== null) return first === null ? `makes version ${last}` : `version ${first} → ${last}`;
  if (first === null) return "";
  const range = first === last ? `version ${first}` : `versions ${first} to ${last}`;
  return act.operation === "lookup" ? `may answer from ${range}` : `of ${range}`;
}
