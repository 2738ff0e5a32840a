/* The comments of the judge page: their answers, and how long each was looked at. */

const WORDS = JSON.parse(document.getElementById("words").textContent);
const HALVES = ["verdict", "score"];

export const rows = [...document.querySelectorAll(".comment")];

export const positionOf = (row) => Number(row.dataset.position);
export const rowAt = (position) => document.getElementById(`comment-${position}`);
const outputOf = (row) => document.getElementById(`state-${positionOf(row)}`);

/* Answers ---------------------------------------------------------------------------- */

/* A study may ask for both halves in one tap: then the row's pad holds the answer. */
const padOf = (row) => row.querySelector(".pad");

const chosen = (row, half) =>
  padOf(row)?.dataset[half] ?? row.querySelector(`.${half} :checked`)?.value ?? "";
export const answerOf = (row) => ({ verdict: chosen(row, "verdict"), score: chosen(row, "score") });
export const isFull = (row) => HALVES.every((half) => chosen(row, half) !== "");

/** The rows without a full answer, in order. */
export const rowsLeft = () => rows.filter((row) => !isFull(row));

/** Choose one half of an answer; false if it stood there already. */
export function choose(row, half, value) {
  if (padOf(row)) {
    return chooseOnPad(padOf(row), half, value);
  }
  const radio = row.querySelector(`.${half} input[value="${value}"]`);
  const isNews = !radio.checked;
  radio.checked = true;
  return isNews;
}

function chooseOnPad(pad, half, value) {
  const isNews = pad.dataset[half] !== value;
  pad.dataset[half] = value;
  const { verdict, score } = pad.dataset;
  for (const radio of pad.querySelectorAll("input")) {
    radio.checked = radio.value === `${verdict}-${score}`;
  }
  for (const line of pad.querySelectorAll(".pad-row")) {
    line.classList.toggle("is-half", !score && line.dataset.verdict === verdict);
  }
  return isNews;
}

/** Take what was tapped on the row's pad, if it has one, for its answer. */
export function readPad(row) {
  const [verdict, score] = padOf(row)?.querySelector(":checked")?.value.split("-") ?? [];
  if (verdict) {
    chooseOnPad(padOf(row), "verdict", verdict);
    chooseOnPad(padOf(row), "score", score);
  }
}

/** What the page calls the half of an answer that the row has. */
export function labelOf(row, half) {
  const pad = padOf(row);
  if (!pad) {
    return row.querySelector(`.${half} :checked`).labels[0].textContent.trim();
  }
  const value = pad.dataset[half];
  const line = pad.querySelector(`.pad-row[data-verdict="${value}"] b`);
  return half === "verdict" ? line.textContent : value;
}

/** Show an answer that was given elsewhere; a half that it lacks stays as it is. */
export function show(row, answer) {
  const given = HALVES.filter((half) => (answer[half] ?? "") !== "");
  const news = given.filter((half) => choose(row, half, answer[half]));
  return news.length > 0;
}

/* States ----------------------------------------------------------------------------- */

export function say(row, state) {
  const output = outputOf(row);
  if (output.dataset.state !== state) {
    output.dataset.state = state;
    output.textContent = WORDS[state];
    output.removeAttribute("title");
  }
}

/** Saved, as far as it goes: a half answer says what it lacks. */
export function saySaved(row) {
  const { verdict, score } = answerOf(row);
  if (verdict && score) {
    say(row, "saved");
  } else {
    say(row, verdict ? "half-score" : "half-verdict");
  }
}

function sayMissing(row) {
  const { verdict, score } = answerOf(row);
  if (verdict) {
    say(row, "missing-score");
  } else {
    say(row, score ? "missing-verdict" : "missing-both");
  }
}

/** Name what is missing, now and until it is given. */
export function flagMissing(row) {
  row.dataset.flagged = "";
  sayMissing(row);
}

/** `waiting`: positions of answers that are not saved; `isStuck`: they are not on their way. */
export function showStates(waiting, isStuck) {
  for (const row of rows) {
    const { state } = outputOf(row).dataset;
    if (waiting.has(positionOf(row))) {
      say(row, isStuck ? "waiting" : "saving");
    } else if ("flagged" in row.dataset && !isFull(row)) {
      sayMissing(row);
    } else if (state === "saving" || state === "waiting") {
      saySaved(row); // another tab brought it there
    } else if (state === "saved" && isFull(row)) {
      showLocalTime(outputOf(row));
    } else if (state === "saved") {
      saySaved(row); // the server has not said what is missing
    }
  }
}

/** The server says the time of its own zone. */
function showLocalTime(output) {
  const time = output.querySelector("time");
  if (time) {
    const format = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
    time.textContent = new Date(time.dateTime).toLocaleTimeString([], format);
  }
  output.title = output.textContent; // to the eye, it is a tick
}

/* Long texts ------------------------------------------------------------------------- */

/** "more" stands where a text is folded, and nowhere else. */
export function findFolds() {
  const texts = [...document.querySelectorAll(".comment .text:not(.is-open)")];
  const folded = texts.map((text) => text.scrollHeight > text.clientHeight + 1);
  texts.forEach((text, index) => {
    text.nextElementSibling.hidden = !folded[index];
  });
}

export function toggleFold(button) {
  const isOpen = button.previousElementSibling.classList.toggle("is-open");
  button.setAttribute("aria-expanded", String(isOpen));
}

/* Comments in view ------------------------------------------------------------------- */

/** How long each comment has been in view, in milliseconds, while the tab was looked at. */
export class TimeInView {
  #spent;
  #since = new Map();

  /** `store`: name under which the times outlive a reload. */
  constructor(store) {
    this.#spent = new Map(JSON.parse(sessionStorage.getItem(store) ?? "[]"));
    const observer = new IntersectionObserver((entries) => this.#note(entries), {
      rootMargin: uncovered(),
      threshold: 0.6,
    });
    rows.forEach((row) => observer.observe(row));
    document.addEventListener("visibilitychange", () => this.#settle());
    addEventListener("pagehide", () => {
      this.#settle();
      sessionStorage.setItem(store, JSON.stringify([...this.#spent]));
    });
  }

  of(position) {
    const since = this.#since.get(position) ?? Infinity;
    return Math.round((this.#spent.get(position) ?? 0) + Math.max(0, performance.now() - since));
  }

  #note(entries) {
    for (const { target, isIntersecting } of entries) {
      const position = Number(target.dataset.position);
      this.#spent.set(position, this.of(position));
      this.#since.delete(position);
      if (isIntersecting) {
        this.#since.set(position, document.hidden ? Infinity : performance.now());
      }
    }
  }

  /** Write down what has run; in a hidden tab no time runs. */
  #settle() {
    for (const position of this.#since.keys()) {
      this.#spent.set(position, this.of(position));
      this.#since.set(position, document.hidden ? Infinity : performance.now());
    }
  }
}

/** The part of the window that no pinned bar covers, as margins of an observer. */
function uncovered() {
  const { scrollPaddingTop, scrollPaddingBottom } = getComputedStyle(document.documentElement);
  return `-${parseInt(scrollPaddingTop) || 0}px 0px -${parseInt(scrollPaddingBottom) || 0}px`;
}
