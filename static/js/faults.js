/* Says what stopped a request of htmx, which shows nothing of a failed one by itself. */

/** Show the notice for a status, 0 for no answer at all; none for a request that went well. */
function show(status, login) {
  const notices = [...document.querySelectorAll("[data-fault]")];
  const named = notices.find((notice) => notice.dataset.fault === String(status));
  const other = notices.find((notice) => notice.dataset.fault === "other");
  const wanted = status === null ? null : (named ?? other);
  for (const notice of notices) {
    notice.hidden = notice !== wanted;
  }
  const link = login && wanted?.querySelector("a");
  if (link) {
    link.href = login;
  }
  if (wanted) {
    wanted.scrollIntoView({ block: "nearest" });
  }
}

document.addEventListener("htmx:responseError", ({ detail: { xhr } }) =>
  show(xhr.status, xhr.getResponseHeader("X-Login")),
);
document.addEventListener("htmx:sendError", () => show(0));
document.addEventListener("htmx:timeout", () => show(0));
document.addEventListener("htmx:afterRequest", ({ detail: { successful } }) => {
  if (successful) {
    show(null);
  }
});
