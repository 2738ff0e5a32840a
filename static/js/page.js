/* What every page can do: switch between light, dark and the system's theme. */

const ORDER = ["system", "light", "dark"];
const KEY = "theme";

function show(theme) {
  if (theme === "system") {
    delete document.documentElement.dataset.theme;
  } else {
    document.documentElement.dataset.theme = theme;
  }
  for (const button of document.querySelectorAll("[data-theme-switch]")) {
    button.hidden = false;
    button.textContent = `Theme: ${theme}`;
  }
}

function chosen() {
  const theme = localStorage.getItem(KEY);
  return ORDER.includes(theme) ? theme : "system";
}

show(chosen());
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-theme-switch]")) {
    const theme = ORDER[(ORDER.indexOf(chosen()) + 1) % ORDER.length];
    localStorage.setItem(KEY, theme);
    show(theme);
  }
});
