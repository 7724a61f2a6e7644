// Start: colours, folds, and a player for each scenario once it comes near.

const players = new Map();
let present = null; // the player that keys go to when nothing on the page has the focus

function startThemes() {
  const box = document.querySelector(".themes");
  const stored = remembered() ?? "auto";
  box.hidden = false;
  for (const input of box.querySelectorAll("input")) {
    input.checked = input.value === stored;
    input.addEventListener("change", () => choose(input.value));
  }
  choose(stored);
}

function choose(theme) {
  if (theme === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  try {
    localStorage.setItem("smcheck-theme", theme);
  } catch {
    // A browser that keeps nothing for files shows the page all the same.
  }
}

function remembered() {
  try {
    const stored = localStorage.getItem("smcheck-theme");
    return ["light", "dark"].includes(stored) ? stored : null;
  } catch {
    return null;
  }
}

function startFolds() {
  for (const button of document.querySelectorAll(".fold button")) {
    const row = button.closest("tbody");
    const folded = row.nextElementSibling;
    button.hidden = false;
    folded.hidden = true;
    button.addEventListener("click", () => {
      folded.hidden = false;
      row.remove();
    });
  }
}

function start(stage) {
  if (players.has(stage)) return;
  const data = JSON.parse(document.getElementById(stage.dataset.of).textContent);
  players.set(stage, new Player(stage, data, players.size));
}

function startStages() {
  const stages = [...document.querySelectorAll(".stage")];
  const near = new IntersectionObserver((seen) => {
    for (const { target, isIntersecting } of seen) if (isIntersecting) start(target);
  }, { rootMargin: "600px" });
  const shown = new Map();
  const sight = new IntersectionObserver((seen) => {
    for (const { target, intersectionRect } of seen) shown.set(target, intersectionRect.height);
    const [most] = [...shown].sort((a, b) => b[1] - a[1]);
    if (most[1] > 0) present = most[0];
  }, { threshold: [0, 0.1, 0.3, 0.6, 1] });
  // The first one at once: it takes keys before anything was scrolled.
  present = stages[0] ?? null;
  if (present) start(present);
  for (const stage of stages) {
    near.observe(stage);
    sight.observe(stage);
  }
  window.addEventListener("beforeprint", () => stages.forEach(start));
  document.addEventListener("keydown", (event) => {
    const isElsewhere = event.target.closest?.("input, textarea, select, .stage, .scrolls, summary");
    if (!isElsewhere) players.get(present)?.key(event);
  });
}

startThemes();
startFolds();
startStages();
