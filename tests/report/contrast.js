// Find text that does not stand out from what is behind it, by the rule of WCAG: 4.5 to 1.
(() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (color) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const light = (color) => {
    const [r, g, b] = color.slice(0, 3).map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const color = rgba(getComputedStyle(at).backgroundColor);
      if (color[3] === 255) return color;
    }
    return [255, 255, 255, 255];
  };
  // In drawings: the shape of the same group, else what the drawing stands on.
  const shape = (text) => {
    const rect = text.closest(".act")?.querySelector("rect") ?? (text.matches(".name") && text.ownerSVGElement.querySelector(".ground"));
    return rect ? rgba(getComputedStyle(rect).fill) : behind(text.ownerSVGElement);
  };
  const poor = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || node.closest("script, noscript, style, title, desc, [hidden], .skip")) continue;
    const style = getComputedStyle(node);
    const isDrawn = node instanceof SVGElement;
    const front = light(rgba(isDrawn ? style.fill : style.color));
    const back = light(isDrawn && node.tagName === "text" && !node.closest(".flag") ? shape(node) : behind(node));
    const ratio = (Math.max(front, back) + 0.05) / (Math.min(front, back) + 0.05);
    if (node.matches(".flag .sign")) continue; // stands on its own diamond
    if (ratio < 4.5) poor.push(`${ratio.toFixed(2)} ${node.tagName}.${node.getAttribute("class") ?? ""} ${walker.currentNode.data.trim().slice(0, 30)}`);
  }
  return poor;
})()
