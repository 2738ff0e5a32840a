/* Practice: one row of the judge page, its keys and its video; the form sends it. */

import { listenToKeys, nameCommandKey } from "./keys.js";
import { Player } from "./player.js";
import * as sheet from "./sheet.js";

const [row] = sheet.rows;
const byId = (id) => document.getElementById(id);
const form = byId("sheet");
const next = byId("next");
const player = byId("video") && new Player({ playedPercent: 0, store: "played:practice" });
const toggleFold = () => sheet.toggleFold(row.querySelector(".fold"));

const answers = Object.entries(JSON.parse(byId("answer-keys").textContent));
listenToKeys(
  {
    ...Object.fromEntries(answers.map(([key, [half, value]]) => [key, () => answer(half, value)])),
    arrowleft: () => player?.skip(-5),
    arrowright: () => player?.skip(5),
    " ": () => player?.toggle(),
    m: toggleFold,
  },
  { isOn: () => true, submit: () => (next ? next.click() : form.requestSubmit()) },
);

function answer(half, value) {
  if (!row.matches(":disabled")) {
    sheet.choose(row, half, value);
    showMissing();
  }
}

/** Once something was missing, what still is; nothing is saved before the form is sent. */
function showMissing() {
  if (sheet.isFull(row)) {
    sheet.say(row, "");
  } else if ("flagged" in row.dataset) {
    sheet.flagMissing(row);
  }
}

row.addEventListener("change", () => {
  sheet.readPad(row);
  showMissing();
});
row.querySelector(".fold").addEventListener("click", toggleFold);
form.addEventListener("submit", (event) => {
  if (!sheet.isFull(row)) {
    event.preventDefault();
    sheet.flagMissing(row);
    row.focus();
  }
});

nameCommandKey();
for (const element of document.querySelectorAll("[data-scripted]")) {
  element.matches("[data-theme-switch]") || delete element.dataset.scripted;
}
new ResizeObserver(sheet.findFolds).observe(byId("comments"));
