// Nodes. What a report says goes in as text or as an attribute, never as markup.

const SVG = "http://www.w3.org/2000/svg";
const MONO = 0.602; // width of a character of the monospaced fonts, in font sizes

function make(tag, attributes = {}, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

function draw(tag, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, tag), attributes, children);
}

function filled(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(name, value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child || child === 0));
  return node;
}

// Return as much of a text as fits, "" if that would say nothing.
function fitted(text, width, size = 11.5) {
  const room = Math.floor(width / (size * MONO));
  if (text.length <= room) return text;
  return room < 4 ? "" : text.slice(0, room - 1) + "…";
}

// Call back whenever the width of a node is another one, and once at the beginning.
function watchWidth(node, act) {
  let width = -1;
  new ResizeObserver(() => {
    if (node.clientWidth === width) return;
    width = node.clientWidth;
    act();
  }).observe(node);
}

function clamp(number, low, high) {
  return Math.min(Math.max(number, low), high);
}

// Return the position of the last item that is at most `limit`, -1 if there is none.
function lastUpTo(sorted, limit, key = (item) => item) {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (key(sorted[middle]) <= limit) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function plural(count, noun) {
  return `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
}
