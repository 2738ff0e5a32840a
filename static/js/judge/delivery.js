/* Keeps answers in this browser until the server acknowledges them, and brings them there. */

/* Answers given within this time of each other travel in one request. */
const TOGETHER_MS = 1000;
/* Django reads 1,000 fields of a request at most; an answer has six. */
const MOST_TOGETHER = 100;
/* Older than this, what a tab knows is asked for again when one comes back to it. */
const STALE_MS = 1000;
const RETRY_MS = [1000, 2000, 4000, 8000, 15000, 30000];

/* What keeps answers from being saved, by the status of the response. */
const TROUBLES = {
  401: "logged-out",
  403: "stranger",
  404: "stranger",
  409: "submitted",
  410: "lapsed",
  422: "refused",
  423: "closed",
};
const FINAL = ["submitted", "closed", "lapsed", "refused"];

export const troubleOf = (status) => TROUBLES[status] ?? "away";

/* A login in another tab makes the tokens in this page stale: the cookie has the newest. */
export function csrfToken() {
  return document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? "";
}

document.addEventListener("htmx:configRequest", ({ detail }) => {
  detail.headers["x-csrftoken"] = csrfToken();
});
const refresh = (field) => (field.value = csrfToken() || field.value);
const fields = document.getElementsByName("csrfmiddlewaretoken");
document.addEventListener("submit", () => fields.forEach(refresh), { capture: true });

/** A random UUID; crypto.randomUUID is missing where the page came over plain HTTP. */
function freshKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/(.{8})(.{4}).(.{3}).(.{3})(.{12})/, "$1-$2-4$3-8$4-$5");
}

/**
 * Answers on their way, one item of localStorage each: tabs never overwrite each other's.
 * An answer is { key, position, at, view } and its parts, times in milliseconds.
 */
class Outbox {
  #memory = new Map();
  isLasting = true;

  constructor(login, assignment) {
    this.prefix = `answer:${login}:${assignment}:`;
  }

  put(answer) {
    const name = this.prefix + answer.key;
    try {
      localStorage.setItem(name, JSON.stringify(answer));
    } catch {
      // The browser's space is full: the answer lasts as long as the tab.
      this.#memory.set(name, JSON.stringify(answer));
      this.isLasting = false;
    }
  }

  remove(key) {
    this.#memory.delete(this.prefix + key);
    localStorage.removeItem(this.prefix + key);
  }

  /**
   * Date what waits for a position after `time`. An answer that was long on its way
   * counts as given when it arrived: what was given meanwhile must not look older.
   */
  postpone(position, time) {
    for (const answer of this.all().filter((other) => other.position === position)) {
      this.put({ ...answer, at: Math.max(answer.at, (time += 1)) });
    }
  }

  /** Oldest first. */
  all() {
    const names = Object.keys(localStorage).filter((name) => name.startsWith(this.prefix));
    const texts = [...this.#memory.values(), ...names.map((name) => localStorage.getItem(name))];
    return texts.map((text) => JSON.parse(text)).sort((a, b) => a.at - b.at);
  }
}

/** Answers as the server reads them: a list for each field. */
function fieldsOf(answers, parts) {
  const now = Date.now();
  return {
    position: answers.map((answer) => answer.position),
    ...Object.fromEntries(parts.map((part) => [part, answers.map((answer) => answer[part])])),
    key: answers.map((answer) => answer.key),
    age_ms: answers.map((answer) => Math.max(0, now - answer.at)),
    view_ms: answers.map((answer) => answer.view),
  };
}

/**
 * Events: "change" (of what waits, or of the trouble); "answers" (detail: pairs of a
 * position and its answer, from another tab or from the server).
 */
export class Delivery extends EventTarget {
  #sender;
  #urls;
  #parts;
  #outbox;
  #running = null;
  #gathering = 0;
  #timer = 0;
  #failures = 0;
  #lastAt = 0;
  #heardAt = Date.now();
  #touched = new Set();
  trouble = "";

  /**
   * `urls`: { answersUrl, savedUrl }; `sender`: an element outside every form, for htmx;
   * `parts`: the names of what an answer consists of.
   */
  constructor({ sender, urls, login, assignment, parts = ["verdict", "score"] }) {
    super();
    this.#parts = parts;
    this.#sender = sender;
    this.#urls = urls;
    this.#outbox = new Outbox(login, assignment);
    addEventListener("storage", (event) => this.#hear(event));
    addEventListener("online", () => this.#recover());
    addEventListener("offline", () => this.meet("away"));
    addEventListener("focus", () => this.#recover());
    addEventListener("pageshow", (event) => event.persisted && this.catchUp());
    document.addEventListener("visibilitychange", () => this.#wake());
  }

  get waiting() {
    return this.#outbox.all();
  }

  get isLasting() {
    return this.#outbox.isLasting;
  }

  get isOver() {
    return FINAL.includes(this.trouble);
  }

  /** Keep a new answer, and send it soon, with those that follow at once. */
  add({ position, view, ...parts }) {
    this.#lastAt = Math.max(Date.now(), this.#lastAt + 1);
    this.#outbox.put({ key: freshKey(), position, ...parts, at: this.#lastAt, view });
    this.#touched.add(position);
    this.#tell();
    this.#gathering ||= setTimeout(() => this.flush(), TOGETHER_MS);
  }

  /** Send what waits. True when nothing waits any more, false when there is trouble. */
  flush() {
    clearTimeout(this.#gathering);
    this.#gathering = 0;
    this.#running ??= this.#sendAll().finally(() => {
      this.#running = null;
      if (!this.trouble && this.waiting.length && !this.#gathering) {
        this.flush(); // given while the last response was on its way
      }
    });
    return this.#running;
  }

  /**
   * Send what waits although the page is going away: nobody hears the reply, so that the
   * answers also stay here, and are the same ones if they are sent again. False when
   * there is trouble: then they would not arrive.
   */
  part() {
    if (!this.trouble && this.waiting.length) {
      const body = new URLSearchParams();
      for (const [name, values] of Object.entries(fieldsOf(this.#nextLoad(), this.#parts))) {
        values.forEach((value) => body.append(name, value));
      }
      const headers = { "x-csrftoken": csrfToken(), Accept: "application/json" };
      const how = { method: "POST", body, headers, keepalive: true };
      fetch(this.#urls.answersUrl, how).catch(() => {});
    }
    return !this.trouble;
  }

  /** Forget what waits: the person has been told that it comes too late. */
  discard() {
    for (const { key } of this.waiting) {
      this.#outbox.remove(key);
    }
  }

  /** Send what waits, then ask what the server has: this tab may be behind. */
  async catchUp() {
    if (await this.flush()) {
      await this.#ask();
    }
  }

  #wake() {
    if (document.hidden && this.#gathering) {
      this.flush();
    }
    if (!document.hidden && Date.now() - this.#heardAt > STALE_MS) {
      this.catchUp();
    }
  }

  /** After trouble: whether it is over, the server alone can tell. */
  async #recover() {
    if ((await this.flush()) && this.trouble) {
      await this.#ask();
    }
  }

  async #sendAll() {
    clearTimeout(this.#timer);
    let answers = [];
    while (!this.isOver && (answers = this.#nextLoad()).length) {
      const status = await this.#post(answers);
      const acknowledged = answers.filter((answer) => this.#isAcknowledged(answer));
      acknowledged.forEach(({ key }) => this.#outbox.remove(key));
      for (const { position } of acknowledged) {
        this.#outbox.postpone(position, Date.now());
      }
      if (acknowledged.length < answers.length) {
        await this.meet(troubleOf(status));
        return false;
      }
      this.#clear();
    }
    return !this.isOver;
  }

  async #ask() {
    this.#touched.clear();
    const { status, answers, state } = await this.#fetchSaved();
    if (state === "active") {
      this.#clear();
      const isOlder = ([position]) => this.#touched.has(Number(position));
      this.#tell("answers", Object.entries(answers).filter((answer) => !isOlder(answer)));
    } else {
      await this.meet(state ?? troubleOf(status));
    }
  }

  /** { status, answers by position, state }; the status alone when something is wrong. */
  async #fetchSaved() {
    try {
      const headers = { Accept: "application/json" };
      const response = await fetch(this.#urls.savedUrl, { headers });
      return { status: response.status, ...(response.ok && (await response.json())) };
    } catch {
      return { status: 0 };
    }
  }

  /** Drop what the server has already: its acknowledgement alone was lost. */
  async #dropKnown() {
    const { answers = {} } = await this.#fetchSaved();
    const { waiting } = this;
    const newest = new Map(waiting.map((answer) => [answer.position, answer]));
    const isKnown = ({ position, ...own }) =>
      this.#parts.every((half) => ["", answers[position]?.[half]].includes(own[half]));
    for (const { key, position } of waiting) {
      if (isKnown(newest.get(position))) {
        this.#outbox.remove(key);
      }
    }
  }

  /** What the next request takes, oldest first. */
  #nextLoad() {
    return this.waiting.slice(0, MOST_TOGETHER);
  }

  /** The response's status; 0 when there was none. */
  #post(answers) {
    const values = fieldsOf(answers, this.#parts);
    return new Promise((resolve) => {
      const done = (event) => resolve(event.detail.xhr.status);
      this.#sender.addEventListener("htmx:afterRequest", done, { once: true });
      // Settling later, htmx would put the rows' old attributes back for a moment.
      const how = { source: this.#sender, swap: "none settle:0ms", values };
      // A failed request rejects as well; its event has told all by then.
      htmx.ajax("POST", this.#urls.answersUrl, how).catch(() => {});
    });
  }

  /** The server's own words for this very answer stand in the row now. */
  #isAcknowledged({ position, key }) {
    const { keys = "" } = document.getElementById(`state-${position}`)?.dataset ?? {};
    return keys.split(" ").includes(key);
  }

  /** Something is in the way: say so, and try again unless it is final. */
  async meet(trouble) {
    this.trouble = trouble;
    if (this.isOver) {
      await this.#dropKnown();
    } else {
      const pause = RETRY_MS[Math.min(this.#failures, RETRY_MS.length - 1)];
      this.#failures += 1;
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#recover(), pause);
    }
    this.#tell();
  }

  #clear() {
    this.#heardAt = Date.now();
    this.trouble = "";
    this.#failures = 0;
    this.#tell();
  }

  #hear({ key, newValue }) {
    if (!key?.startsWith(this.#outbox.prefix)) {
      return;
    }
    if (newValue) {
      const answer = JSON.parse(newValue);
      this.#touched.add(answer.position);
      this.#tell("answers", [[answer.position, answer]]);
    }
    this.#tell();
  }

  #tell(type = "change", detail = null) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
