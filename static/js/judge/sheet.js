/* What the judge page shows, and how long it was looked at: the comments and the video. */

import { csrfToken } from "./delivery.js";

const WORDS = JSON.parse(document.getElementById("words").textContent);
const HALVES = ["verdict", "score"];

export const rows = [...document.querySelectorAll(".comment")];

export const positionOf = (row) => Number(row.dataset.position);
export const rowAt = (position) => document.getElementById(`comment-${position}`);
const outputOf = (row) => document.getElementById(`state-${positionOf(row)}`);

/* Answers ---------------------------------------------------------------------------- */

const chosen = (row, half) => row.querySelector(`.${half} :checked`)?.value ?? "";
export const answerOf = (row) => ({ verdict: chosen(row, "verdict"), score: chosen(row, "score") });
export const isFull = (row) => HALVES.every((half) => chosen(row, half) !== "");

/** The rows without a full answer, in order. */
export const rowsLeft = () => rows.filter((row) => !isFull(row));

/** Choose one half of an answer; false if it stood there already. */
export function choose(row, half, value) {
  const radio = row.querySelector(`.${half} input[value="${value}"]`);
  const isNews = !radio.checked;
  radio.checked = true;
  return isNews;
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
      say(row, "saved"); // another tab brought it there
    } else if (state === "saved") {
      showLocalTime(outputOf(row));
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

/* Video ------------------------------------------------------------------------------ */

const REPORT_MS = 10000;

/** The video with its own small bar; what was played is reported as it goes. */
export class Player {
  #video = document.getElementById("video");
  #error = document.getElementById("video-error");
  #url;
  #store;
  #knownPercent;
  #earlier;
  #reported = 0;
  #reportedAt = 0;

  /**
   * `playedPercent`: the share that the server knows of, from any device; `store`: the
   * name under which the played ranges outlive a reload.
   */
  constructor({ playbackUrl, playedPercent, store }) {
    this.#url = playbackUrl;
    this.#store = store;
    this.#knownPercent = Number(playedPercent);
    this.#earlier = JSON.parse(sessionStorage.getItem(store) ?? "[]");
    this.#connectBar();
    this.#video.addEventListener("timeupdate", () => this.#showPlayed());
    this.#video.addEventListener("pause", () => this.report());
    addEventListener("pagehide", () => this.report());
  }

  toggle() {
    if (this.#video.paused) {
      // Refused plays (no media, no permission) show in the element itself.
      this.#video.play().catch(() => {});
    } else {
      this.#video.pause();
    }
  }

  skip(seconds) {
    this.#video.currentTime = Math.max(0, this.#video.currentTime + seconds);
  }

  focus() {
    this.#video.focus();
  }

  /** Distinct seconds of the video that were played. */
  get seconds() {
    return this.#ranges().reduce((sum, [start, end]) => sum + end - start, 0);
  }

  /** Share of the video that was played, 0 to 100. */
  get percent() {
    const { duration } = this.#video;
    const percent = duration > 0 ? Math.min(100, (100 * this.seconds) / duration) : 0;
    return Math.max(percent, this.#knownPercent);
  }

  #connectBar() {
    const video = this.#video;
    const play = document.getElementById("play");
    const speed = document.getElementById("speed");
    for (const type of ["play", "pause"]) {
      video.addEventListener(type, () => {
        play.dataset.playing = String(!video.paused);
      });
    }
    play.addEventListener("click", () => this.toggle());
    document.getElementById("back").addEventListener("click", () => this.skip(-5));
    speed.addEventListener("change", () => {
      video.playbackRate = Number(speed.value);
    });
    video.addEventListener("error", () => {
      this.#error.hidden = false;
    });
    document.getElementById("video-retry").addEventListener("click", () => {
      this.#error.hidden = true;
      this.#earlier = this.#ranges();
      video.load();
      play.focus();
    });
    // It may have failed before this script came.
    this.#error.hidden = !video.error;
  }

  /** What was played, as [start, end] pairs in order, before and since the last load. */
  #ranges() {
    const { played } = this.#video;
    const now = Array.from({ length: played.length }, (_, i) => [played.start(i), played.end(i)]);
    const union = [];
    for (const [start, end] of [...this.#earlier, ...now].sort((a, b) => a[0] - b[0])) {
      const last = union.at(-1);
      if (last && start <= last[1]) {
        last[1] = Math.max(last[1], end);
      } else {
        union.push([start, end]);
      }
    }
    return union;
  }

  #showPlayed() {
    const shown = document.getElementById("played");
    if (shown) {
      shown.textContent = Math.floor(this.percent);
    }
    if (Date.now() - this.#reportedAt >= REPORT_MS) {
      this.report();
    }
  }

  /** Tell the server what was played, if there is anything new. */
  async report() {
    const { seconds, percent } = this;
    if (seconds <= this.#reported) {
      return;
    }
    this.#reported = seconds;
    this.#reportedAt = Date.now();
    sessionStorage.setItem(this.#store, JSON.stringify(this.#ranges()));
    const body = new URLSearchParams({ seconds: seconds.toFixed(1), percent: percent.toFixed(1) });
    const headers = { "x-csrftoken": csrfToken(), Accept: "application/json" };
    // Lost reports do no harm: the next one says it all again.
    await fetch(this.#url, { method: "POST", body, headers, keepalive: true }).catch(() => {});
  }
}
