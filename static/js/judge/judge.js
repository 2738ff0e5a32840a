/* The judge page: where one is, the keys, the notices, and submitting the batch. */

import { Delivery, troubleOf } from "./delivery.js";
import * as sheet from "./sheet.js";
import { startTour } from "./tour.js";

if (!globalThis.htmx) {
  // The page works as a plain form then, and says so.
  throw new Error("htmx did not load: answers are saved when the batch is submitted");
}
document.getElementById("unscripted").remove();

const { rows } = sheet;
const byId = (id) => document.getElementById(id);
const judge = byId("judge");
const form = byId("sheet");
const { login, assignment } = judge.dataset;
const store = `${login}:${assignment}`;

const delivery = new Delivery({ sender: byId("sender"), urls: judge.dataset, login, assignment });
const timeInView = new sheet.TimeInView(`view:${store}`);
const player = new sheet.Player({ ...judge.dataset, store: `played:${store}` });
let current = rows[0];
let isSubmitting = false;
let isLeaving = false;

/* Answers ---------------------------------------------------------------------------- */

function record(row) {
  const position = sheet.positionOf(row);
  delivery.add({ position, view: timeInView.of(position), ...sheet.answerOf(row) });
  showProgress();
  tell("break", isBreakDue());
}

function showProgress() {
  const left = sheet.rowsLeft().length;
  byId("done").textContent = byId("bar").value = rows.length - left;
  byId("left").textContent = left;
  byId("left-note").hidden = left === 0;
  rows.forEach((row) => row.classList.toggle("is-full", sheet.isFull(row)));
}

delivery.addEventListener("change", showDelivery);
delivery.addEventListener("answers", ({ detail }) => {
  for (const [position, answer] of detail) {
    const row = sheet.rowAt(position);
    if (sheet.show(row, answer)) {
      sheet.say(row, "saved");
    }
  }
  showProgress();
});

/* Notices ---------------------------------------------------------------------------- */

const notices = byId("notices");

/** Show or hide a notice that is no trouble of the delivery. */
function tell(name, isTold) {
  notices.querySelector(`[data-notice="${name}"]`).hidden = !isTold;
}

function showDelivery() {
  const { waiting, trouble } = delivery;
  const positions = new Set(waiting.map((answer) => answer.position));
  sheet.showStates(positions, trouble !== "");
  for (const notice of notices.querySelectorAll("[data-trouble]")) {
    notice.hidden = notice.dataset.trouble !== trouble;
  }
  for (const place of notices.querySelectorAll("[data-waiting]")) {
    place.textContent = waiting.length;
  }
  for (const place of notices.querySelectorAll("[data-positions]")) {
    place.textContent = [...positions].sort((a, b) => a - b).join(", ");
    place.parentElement.hidden = positions.size === 0;
  }
  tell("forgetful", !delivery.isLasting && waiting.length > 0);
  showLock();
}

/** Nothing changes while the batch is on its way, or once it is over. */
function showLock() {
  byId("comments").inert = byId("submit").disabled = isSubmitting || delivery.isOver;
}

const PAUSE_MS = 10 * 60000;

/** Work was done just now: whether the person has worked so long that a break is due. */
function isBreakDue({ begins = false } = {}) {
  const now = Date.now();
  const { since, last } = JSON.parse(localStorage.getItem(`work:${login}`) ?? "{}");
  const begun = !begins && now - last < PAUSE_MS ? since : now;
  localStorage.setItem(`work:${login}`, JSON.stringify({ since: begun, last: now }));
  const minutes = Number(judge.dataset.breakAfter);
  return minutes > 0 && now - begun >= minutes * 60000;
}

/* Where one is ------------------------------------------------------------------------ */

function setCurrent(row) {
  current.removeAttribute("aria-current");
  current = row;
  current.setAttribute("aria-current", "true");
}

function goTo(row) {
  row?.focus({ preventScroll: true });
  row?.scrollIntoView({ block: "nearest" });
}

const move = (step) => goTo(rows[rows.indexOf(current) + step]);

/** The next row without a full answer, round the end; none when all are done. */
function nextLeft() {
  const left = sheet.rowsLeft();
  return left.find((row) => rows.indexOf(row) > rows.indexOf(current)) ?? left[0];
}

const list = byId("comments");
list.addEventListener("change", ({ target }) => record(target.closest(".comment")));
list.addEventListener("focusin", ({ target }) => setCurrent(target.closest(".comment")));
list.addEventListener("click", ({ target, pointerType }) => {
  if (target.closest(".fold")) {
    sheet.toggleFold(target.closest(".fold"));
  } else if (pointerType === "mouse" && target.matches("input")) {
    // A focused radio button would take the arrow keys for itself, and change the answer.
    target.closest(".comment").focus({ preventScroll: true });
  }
});

/* Keys ------------------------------------------------------------------------------- */

/** Answer one half of the current row; with the second half, go on to what is left. */
function press(half, value) {
  const wasFull = sheet.isFull(current);
  if (sheet.choose(current, half, value)) {
    record(current);
    const [label] = current.querySelector(`.${half} :checked`).labels;
    byId("announcer").textContent = label.textContent.trim();
  }
  goTo((!wasFull && sheet.isFull(current) && nextLeft()) || current);
}

/* The study's instrument says which key gives which half of an answer. */
const ANSWER_KEYS = Object.entries(JSON.parse(byId("answer-keys").textContent));

const KEYS = {
  ...Object.fromEntries(ANSWER_KEYS.map(([key, answer]) => [key, () => press(...answer)])),
  j: () => move(1),
  k: () => move(-1),
  arrowdown: () => move(1),
  arrowup: () => move(-1),
  arrowleft: () => player.skip(-5),
  arrowright: () => player.skip(5),
  " ": () => player.toggle(),
  m: () => sheet.toggleFold(current.querySelector(".fold")),
  g: () => byId("guidelines").showModal(),
  "?": () => byId("keys").showModal(),
};
const REPEATING = ["j", "k", "arrowdown", "arrowup", "arrowleft", "arrowright"];

/** The key's name in KEYS; in scripts without these letters, the letter's place counts. */
function keyName({ key, code, shiftKey }) {
  const place = code.match(/^(?:Key|Digit)(.)$/)?.[1];
  const isForeign = key.length === 1 && key.codePointAt(0) > 127;
  const isDigit = /^Digit/.test(code) && !shiftKey;
  return (place && (isForeign || isDigit) ? place : key).toLowerCase();
}

/** Whether the element itself has a use for the key: typing, choosing, pressing. */
function isTaken(target, name) {
  if (target.closest("select, textarea, input:not([type=radio]), [contenteditable]")) {
    return true;
  }
  const isGesture = name === " " || name.startsWith("arrow");
  return isGesture && target.closest("a, button, video, input") !== null;
}

document.addEventListener("keydown", (event) => {
  const name = keyName(event);
  const isCommand = event.ctrlKey || event.metaKey;
  if (document.querySelector("dialog[open]") || event.isComposing) {
    return;
  }
  if (isCommand && name === "enter") {
    event.preventDefault();
    form.requestSubmit();
    return;
  }
  const isOn = byId("shortcuts").checked && !byId("comments").inert;
  if (!KEYS[name] || !isOn || isCommand || event.altKey || isTaken(event.target, name)) {
    return;
  }
  event.preventDefault();
  if (!event.repeat || REPEATING.includes(name)) {
    KEYS[name]();
  }
});

/* Submitting ------------------------------------------------------------------------- */

/** Whether the batch can be submitted; what is missing is marked in words and jumped to. */
function isReady() {
  const left = sheet.rowsLeft();
  left.forEach(sheet.flagMissing);
  goTo(left[0]);
  const isUnwatched = !left.length && player.percent < Number(judge.dataset.requiredPlay);
  tell("unwatched", isUnwatched);
  if (isUnwatched) {
    player.focus();
  }
  return !left.length && !isUnwatched;
}

function setSubmitting(isOnItsWay) {
  isSubmitting = isOnItsWay;
  showLock();
}

function giveUp() {
  setSubmitting(false);
  tell("unsubmitted", !delivery.isOver);
  goTo(current);
}

form.addEventListener("htmx:confirm", async (event) => {
  event.preventDefault();
  tell("unsubmitted", false);
  if (isSubmitting || delivery.isOver || !isReady()) {
    return;
  }
  setSubmitting(true);
  await player.report();
  if (await delivery.flush()) {
    event.detail.issueRequest(true);
  } else {
    giveUp();
  }
});
form.addEventListener("htmx:beforeOnLoad", (event) => {
  const { xhr } = event.detail;
  isLeaving = xhr.getResponseHeader("HX-Redirect") !== null;
  if (!isLeaving && xhr.status !== 422) {
    event.preventDefault(); // not for the page: a login, a proxy's error
  }
});
form.addEventListener("htmx:afterRequest", async ({ detail }) => {
  if (isLeaving) {
    return;
  }
  if (detail.xhr.status === 422) {
    setSubmitting(false);
    byId("refusal").scrollIntoView();
  } else {
    await delivery.meet(troubleOf(detail.xhr.status));
    giveUp();
  }
});

addEventListener("beforeunload", (event) => {
  if (!isLeaving && delivery.waiting.length && !delivery.part()) {
    event.preventDefault();
  }
});

/* Buttons, and the start ------------------------------------------------------------- */

const ACTIONS = {
  guidelines: () => byId("guidelines").showModal(),
  keys: () => byId("keys").showModal(),
  retry: () => delivery.catchUp(),
  "go-on": () => tell("break", isBreakDue({ begins: true })),
  leave: () => (isLeaving = true),
  discard: () => delivery.discard(),
};
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-action]");
  if (button) {
    button.dataset.action === "guidelines" && event.preventDefault();
    ACTIONS[button.dataset.action]();
  }
});

const shortcuts = byId("shortcuts");
shortcuts.checked = localStorage.getItem(`shortcuts:${login}`) !== "off";
shortcuts.addEventListener("change", () => {
  localStorage.setItem(`shortcuts:${login}`, shortcuts.checked ? "on" : "off");
});
for (const element of document.querySelectorAll("[data-scripted]")) {
  delete element.dataset.scripted;
}
new ResizeObserver(sheet.findFolds).observe(byId("comments"));
for (const answer of delivery.waiting) {
  sheet.show(sheet.rowAt(answer.position), answer);
}
showProgress();
setCurrent(sheet.rowsLeft()[0] ?? rows[0]);
if (current !== rows[0]) {
  goTo(current);
}
if (delivery.waiting.length) {
  delivery.catchUp();
}
if (byId("tour")) {
  startTour();
}
