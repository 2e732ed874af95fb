// Reads curves under the pointer, and moves a line through a drawing while its recording plays.
"use strict";
const inside = { left: 52, right: 306, width: 320, top: 14, bottom: 140 }; // of a panel, as curves.py draws it
for (const svg of document.querySelectorAll("svg.curves")) {
  const [first, last, low, high] = svg.dataset.frame.split(" ").map(Number);
  const output = svg.parentElement.querySelector("output"), line = svg.querySelector(".reading");
  const points = [...svg.querySelector("polyline").points];
  svg.addEventListener("pointermove", (event) => {
    const box = svg.getBoundingClientRect(), x = ((event.clientX - box.left) / box.width) * inside.width;
    const near = points.reduce((a, b) => (Math.abs(b.x - x) < Math.abs(a.x - x) ? b : a));
    const step = first + ((near.x - inside.left) / (inside.right - inside.left)) * (last - first);
    const value = low + ((inside.bottom - near.y) / (inside.bottom - inside.top)) * (high - low);
    output.textContent = `step ${Math.round(step)}: ${Number(value.toPrecision(3))}`;
    for (const [name, at] of [["x1", near.x], ["x2", near.x], ["y1", inside.top], ["y2", inside.bottom]]) line.setAttribute(name, at);
  });
  svg.addEventListener("pointerleave", () => { output.textContent = ""; line.setAttribute("y2", inside.top); });
}
for (const audio of document.querySelectorAll("audio")) {
  const drawn = audio.parentElement.querySelector(".voice");
  if (!drawn) continue;
  const now = document.createElement("i");
  now.className = "now";
  now.hidden = true;
  drawn.append(now);
  const move = () => {
    now.hidden = false;
    now.style.left = `${(100 * audio.currentTime) / audio.duration}%`;
    if (!audio.paused) requestAnimationFrame(move);
  };
  audio.addEventListener("play", move);
  audio.addEventListener("seeked", move);
}
