/* The judge page: where one is, the keys, the notices, and submitting the batch. */

import { Delivery, troubleOf } from "./delivery.js";
import { listenToKeys, nameCommandKey } from "./keys.js";
import { Player } from "./player.js";
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
const player = new Player({ ...judge.dataset, store: `played:${store}` });
let current = rows[0];
let isSubmitting = false;
let isLeaving = false;

/* What the person has switched off stays off in this browser. */
const options = { advance: byId("advance"), shortcuts: byId("shortcuts") };
for (const [name, box] of Object.entries(options)) {
  box.checked = localStorage.getItem(`${name}:${login}`) !== "off";
  box.addEventListener("change", () => {
    localStorage.setItem(`${name}:${login}`, box.checked ? "on" : "off");
  });
}

/* Answers ---------------------------------------------------------------------------- */

function record(row) {
  const position = sheet.positionOf(row);
  delivery.add({ position, view: timeInView.of(position), ...sheet.answerOf(row) });
  showProgress();
  tell("break", isBreakDue());
  tell("milestone", false);
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
      sheet.saySaved(row);
    }
  }
  showProgress();
});

/* Notices ---------------------------------------------------------------------------- */

const notices = byId("notices");

/** Show or hide a notice that is no trouble of the delivery. */
function tell(name, isTold) {
  const notice = notices.querySelector(`[data-notice="${name}"]`);
  notice && (notice.hidden = !isTold);
}

function showDelivery() {
  const { waiting, trouble } = delivery;
  const positions = new Set(waiting.map((answer) => answer.position));
  sheet.showStates(positions, trouble !== "");
  for (const notice of notices.querySelectorAll("[data-trouble]")) {
    notice.hidden = notice.dataset.trouble !== trouble;
  }
  for (const place of notices.querySelectorAll("[data-waiting]")) {
    place.textContent = positions.size;
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
list.addEventListener("change", ({ target }) => {
  const row = target.closest(".comment");
  sheet.readPad(row);
  record(row);
});
list.addEventListener("focusin", ({ target }) => setCurrent(target.closest(".comment")));
list.addEventListener("click", ({ target, pointerType }) => {
  if (target.closest(".fold")) {
    sheet.toggleFold(target.closest(".fold"));
  } else if (pointerType && target.matches("input")) {
    point(target.closest(".comment"), pointerType);
  }
});

/** A choice was made with a mouse or a finger; what it changes is recorded after this. */
function point(row, pointerType) {
  setCurrent(row);
  sheet.readPad(row);
  const isComplete = sheet.isFull(row) && !row.classList.contains("is-full");
  const next = isComplete && options.advance.checked ? nextLeft() : null;
  if (next) {
    goTo(next);
  } else if (pointerType === "mouse") {
    // A focused radio button would take the arrow keys for itself, and change the answer.
    row.focus({ preventScroll: true });
  }
}

/* Keys ------------------------------------------------------------------------------- */

/** Answer one half of the current row; with the second half, go on to what is left. */
function press(half, value) {
  const wasFull = sheet.isFull(current);
  if (sheet.choose(current, half, value)) {
    record(current);
    byId("announcer").textContent = sheet.labelOf(current, half);
  }
  const isComplete = !wasFull && sheet.isFull(current) && options.advance.checked;
  goTo((isComplete && nextLeft()) || current);
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
  u: () => goTo(nextLeft()),
  m: () => sheet.toggleFold(current.querySelector(".fold")),
  g: () => byId("guidelines").showModal(),
  "?": () => byId("keys").showModal(),
};
listenToKeys(KEYS, {
  isOn: () => options.shortcuts.checked && !byId("comments").inert,
  submit: () => form.requestSubmit(),
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
  hold(!delivery.isOver);
  goTo(current);
}

/* A submission that did not get through is made again once the server is back. */
let isHeld = false;
let attempts = 0;
let timer = 0;

function hold(isWanted) {
  isHeld = isWanted;
  tell("unsubmitted", isHeld);
}

function submitWhatIsHeld() {
  if (!isHeld || isSubmitting || delivery.waiting.length) {
    return;
  }
  if (delivery.trouble === "submitted") {
    isLeaving = true; // it had arrived: its reply alone was lost
    location.assign(notices.querySelector('[data-trouble="submitted"] a').href);
  } else if (!delivery.trouble && !timer) {
    const submit = () => {
      timer = 0;
      isHeld && !delivery.trouble && form.requestSubmit();
    };
    timer = setTimeout(submit, 1000 * 2 ** Math.min(attempts, 5));
    attempts += 1;
  }
}
delivery.addEventListener("change", submitWhatIsHeld);

form.addEventListener("htmx:confirm", async (event) => {
  event.preventDefault();
  hold(false);
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
  options: () => byId("keys").showModal(),
  retry: () => delivery.catchUp(),
  hold: () => hold(false),
  start: () => tell("milestone", false),
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

nameCommandKey();
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
tell("milestone", !delivery.waiting.length);
if (delivery.waiting.length) {
  delivery.catchUp();
}
if (byId("tour")) {
  startTour();
}
