/* The short tour of the first batch: one dialog that points at one part after the other. */

import { csrfToken } from "./delivery.js";

const POINTED = "is-pointed-at";

export function startTour() {
  const tour = document.getElementById("tour");
  const steps = [...tour.querySelectorAll("[data-part]")];
  const [back, next] = ["back", "next"].map((name) => tour.querySelector(`[data-tour=${name}]`));
  let at = 0;

  function part() {
    return document.querySelector(steps[at].dataset.part);
  }

  function go(to) {
    part().classList.remove(POINTED);
    at = to;
    part().classList.add(POINTED);
    const { top, bottom } = part().getBoundingClientRect();
    tour.classList.toggle("is-high", top + bottom > innerHeight); // not over what it explains
    steps.forEach((step, index) => {
      step.hidden = index !== at;
    });
    back.disabled = at === 0;
    next.classList.toggle("is-last", at === steps.length - 1);
  }

  back.addEventListener("click", () => go(at - 1));
  next.addEventListener("click", () => (at < steps.length - 1 ? go(at + 1) : tour.close()));
  tour.addEventListener("close", () => {
    part().classList.remove(POINTED);
    const headers = { "x-csrftoken": csrfToken() };
    // Not remembered, the tour comes once more: no harm.
    fetch(tour.dataset.url, { method: "POST", headers, keepalive: true }).catch(() => {});
  });
  go(0);
  tour.showModal();
}
