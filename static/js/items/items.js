/* The page of a batch of items: one question at a time, its keys, and submitting. */

import { Delivery, troubleOf } from "../judge/delivery.js";
import { listenToKeys } from "../judge/keys.js";

if (!globalThis.htmx) {
  // The page works as a plain form then.
  throw new Error("htmx did not load: answers are saved when the batch is submitted");
}

const byId = (id) => document.getElementById(id);
const page = byId("items");
const form = byId("sheet");
const { login, assignment } = page.dataset;
const items = [...document.querySelectorAll(".item")];
const store = `items:${login}:${assignment}`;
const delivery = new Delivery({
  sender: byId("sender"),
  urls: page.dataset,
  login,
  assignment,
  parts: ["option", "known"],
});
let current = items[0];
let isSubmitting = false;

const positionOf = (item) => Number(item.dataset.position);
const chosen = (item) => item.querySelector(".options :checked")?.value ?? "";
const known = (item) => item.querySelector(".known input");
const videoOf = (item) => item.querySelector("video");
const nextLeft = () => items.find((item) => chosen(item) === "");

/* Time in view ------------------------------------------------------------------------ */

const spent = new Map(JSON.parse(sessionStorage.getItem(store) ?? "[]"));
let since = performance.now();

/** Count the time since the last call for the question that is shown. */
function settle() {
  const now = performance.now();
  const position = positionOf(current);
  if (!document.hidden) {
    spent.set(position, (spent.get(position) ?? 0) + now - since);
  }
  since = now;
  sessionStorage.setItem(store, JSON.stringify([...spent]));
}
document.addEventListener("visibilitychange", () => {
  document.hidden ? settleBeforeHidden() : (since = performance.now());
});
/** The page is hidden by now; the time until then counts. */
function settleBeforeHidden() {
  const position = positionOf(current);
  spent.set(position, (spent.get(position) ?? 0) + performance.now() - since);
  since = performance.now();
}
addEventListener("pagehide", settle);

/* Which question is shown --------------------------------------------------------------- */

function show(item, { focus = true } = {}) {
  if (!item) {
    return;
  }
  settle();
  videoOf(current)?.pause();
  current = item;
  items.forEach((other) => (other.hidden = other !== item));
  const place = items.indexOf(item);
  byId("previous").disabled = place === 0;
  byId("next").hidden = place === items.length - 1;
  byId("problem").search = `?question=${positionOf(item)}`;
  // The next clip loads while this one is watched: a lost connection is not noticed.
  for (const near of items.slice(place, place + 2)) {
    videoOf(near)?.setAttribute("preload", "auto");
  }
  showProgress();
  if (focus) {
    item.focus({ preventScroll: true });
    scrollTo({ top: 0 });
  }
}

function showProgress() {
  const left = items.filter((item) => chosen(item) === "").length;
  byId("done").textContent = byId("bar").value = items.length - left;
  byId("end").hidden = left > 0 && current !== items.at(-1);
}

const move = (step) => show(items[items.indexOf(current) + step]);

/* Answers ------------------------------------------------------------------------------- */

function record(item) {
  settle();
  const position = positionOf(item);
  const view = Math.round(spent.get(position) ?? 0);
  delivery.add({
    position,
    option: chosen(item),
    known: known(item).checked ? "1" : "0",
    view,
  });
  showProgress();
}

function choose(place) {
  const radio = current.querySelector(`.options input[value="${place}"]`);
  if (radio && !radio.checked) {
    radio.checked = true;
    byId("announcer").textContent = radio.labels[0].textContent.trim();
    record(current);
  }
}

byId("questions").addEventListener("change", ({ target }) => {
  if (target.type !== "search") {
    record(target.closest(".item"));
  }
});

/** Show an answer that was given elsewhere. */
function take(position, { option = "", known: isKnown = "" }) {
  const item = byId(`item-${position}`);
  if (option !== "") {
    item.querySelector(`.options input[value="${option}"]`).checked = true;
  }
  if (isKnown !== "") {
    known(item).checked = isKnown === "1";
  }
}
delivery.addEventListener("answers", ({ detail }) => {
  detail.forEach(([position, answer]) => take(position, answer));
  showProgress();
});

delivery.addEventListener("change", () => {
  for (const notice of document.querySelectorAll("[data-trouble]")) {
    notice.hidden = notice.dataset.trouble !== delivery.trouble;
  }
  byId("questions").inert = delivery.isOver;
  byId("submit").disabled = isSubmitting || delivery.isOver;
});

/* Keys ---------------------------------------------------------------------------------- */

const play = () => {
  const video = videoOf(current);
  video?.paused ? video.play().catch(() => {}) : video?.pause();
};
const LETTERS = "letters" in page.dataset ? ["a", "b", "c", "d"] : [];
const lastOf = (item) => item.querySelectorAll(".options input").length - 1;
const KEYS = {
  ...Object.fromEntries(LETTERS.map((letter, place) => [letter, () => choose(place)])),
  ...Object.fromEntries(LETTERS.map((_, place) => [String(place + 1), () => choose(place)])),
  enter: () => (current === items.at(-1) ? byId("submit").focus() : move(1)),
  arrowright: () => move(1),
  arrowleft: () => move(-1),
  arrowdown: () => choose(Math.min(lastOf(current), Number(chosen(current) || -1) + 1)),
  arrowup: () => choose(Math.max(0, Number(chosen(current) || 1) - 1)),
  " ": play,
  g: () => openGuidelines(),
};
// Enter on a button presses it, as usual.
const withEnter = (event) =>
  event.key === "Enter" && event.target.closest("button, a") && event.stopPropagation();
form.addEventListener("keydown", withEnter);
listenToKeys(KEYS, { isOn: () => !delivery.isOver, submit: () => form.requestSubmit() });
byId("previous").addEventListener("click", () => move(-1));
byId("next").addEventListener("click", () => move(1));

/* Help ---------------------------------------------------------------------------------- */

function openGuidelines() {
  videoOf(current)?.pause();
  byId("guidelines").showModal();
}
document.querySelector("[data-action=guidelines]").addEventListener("click", (event) => {
  event.preventDefault();
  openGuidelines();
});

/* Finding a label among many ------------------------------------------------------------- */

byId("questions").addEventListener("input", ({ target }) => {
  if (target.type !== "search") {
    return;
  }
  const wanted = target.value.trim().toLowerCase();
  for (const label of target.closest(".item").querySelectorAll(".options label")) {
    label.hidden = !label.textContent.trim().toLowerCase().includes(wanted);
  }
});

/* Enter goes to the first label that is left; in a form it would submit the batch. */
byId("questions").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.type === "search" && !event.isComposing) {
    event.preventDefault();
    event.target.closest(".item").querySelector(".options label:not([hidden]) input")?.focus();
  }
});

/* Submitting ---------------------------------------------------------------------------- */

form.addEventListener("htmx:confirm", async (event) => {
  event.preventDefault();
  const left = nextLeft();
  if (left) {
    show(left);
    return;
  }
  isSubmitting = byId("submit").disabled = true;
  if (await delivery.flush()) {
    event.detail.issueRequest(true);
  } else {
    isSubmitting = byId("submit").disabled = false;
  }
});
form.addEventListener("htmx:afterRequest", async ({ detail }) => {
  isSubmitting = byId("submit").disabled = false;
  const { xhr } = detail;
  if (xhr.status !== 422 && !xhr.getResponseHeader("HX-Redirect")) {
    await delivery.meet(troubleOf(xhr.status));
  }
});
addEventListener("beforeunload", (event) => {
  if (delivery.waiting.length && !delivery.part()) {
    event.preventDefault();
  }
});

/* The start ------------------------------------------------------------------------------ */

for (const element of document.querySelectorAll("[data-scripted]")) {
  delete element.dataset.scripted;
}
delivery.waiting.forEach((answer) => take(answer.position, answer));
show(nextLeft() ?? items[0], { focus: false });
if (delivery.waiting.length) {
  delivery.catchUp();
}
