/* The video with its own small bar; what was played is reported as it goes. */

import { csrfToken } from "./delivery.js";

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
   * `playbackUrl`: where reports go, none for no reports; `playedPercent`: the share that the server knows of, from any device; `store`: the
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
    if (!this.#url || seconds <= this.#reported) {
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
