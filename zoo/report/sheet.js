// Keeps what a rater enters in this browser, shows a text once its voice was heard, and saves the sheet as a file.
"use strict";
const main = document.querySelector("main"), place = `zoo.sheet ${main.dataset.sheet}`;
const columns = JSON.parse(main.dataset.columns), marks = columns.slice(1, -2); // item, the marks, emotion, comment
const clips = JSON.parse(document.getElementById("clips").textContent), articles = [...main.querySelectorAll("article")];
const rater = document.getElementById("rater"), fault = document.getElementById("fault");
const kept = { rater: "", rows: {} };
try {
  Object.assign(kept, JSON.parse(localStorage.getItem(place) ?? "{}"));
} catch {
  fault.textContent = "This browser keeps nothing here: save before you close the page.";
}
const row = (article) => (kept.rows[article.dataset.item] ??= {});
const isWhole = (article) => marks.every((name) => row(article)[name]);
function keep() {
  document.getElementById("count").textContent = `${articles.filter(isWhole).length}/${articles.length} marked`;
  for (const article of articles) {
    article.classList.toggle("whole", isWhole(article));
    article.querySelector(".told").hidden = !row(article).emotion;
  }
  try { localStorage.setItem(place, JSON.stringify(kept)); } catch { /* said above */ }
}
for (const article of articles) {
  const audio = article.querySelector("audio");
  audio.src = clips[audio.dataset.clip];
  for (const input of article.querySelectorAll("select, input")) {
    const column = input.dataset.column ?? input.name, value = row(article)[column];
    if (input.type === "radio") input.checked = input.value === value;
    else input.value = value ?? "";
    input.addEventListener("input", () => { row(article)[column] = input.value; keep(); });
  }
}
rater.value = kept.rater;
rater.addEventListener("input", () => { kept.rater = rater.value.trim(); keep(); });
keep();
const quoted = (value) => (/[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);
document.getElementById("save").addEventListener("click", () => {
  fault.textContent = kept.rater ? "" : "Give your name first: the file is called by it.";
  if (!kept.rater) return rater.focus();
  const lines = articles.map((article) => [article.dataset.item, ...columns.slice(1).map((name) => row(article)[name] ?? "")]);
  const text = [columns, ...lines].map((line) => `${line.map(quoted).join(",")}\r\n`).join("");
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob(["\ufeff", text], { type: "text/csv" })); // the mark tells spreadsheets UTF-8
  link.download = `${kept.rater.replace(/[^\p{L}\p{N}_-]+/gu, "_")}.csv`;
  link.click();
});
