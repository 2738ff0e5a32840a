/*
 * What every page can do: switch between light, dark and the system's theme. It runs before
 * the body is drawn, so that no page shows the other theme first.
 */
{
  const ORDER = ["system", "light", "dark"];
  const KEY = "theme";

  const paint = (theme) => {
    if (theme === "system") {
      delete document.documentElement.dataset.theme;
    } else {
      document.documentElement.dataset.theme = theme;
    }
  };

  const label = (theme) => {
    for (const button of document.querySelectorAll("[data-theme-switch]")) {
      delete button.dataset.scripted;
      button.textContent = button.dataset[theme];
    }
  };

  const chosen = () => {
    const theme = localStorage.getItem(KEY);
    return ORDER.includes(theme) ? theme : "system";
  };

  paint(chosen());
  document.addEventListener("DOMContentLoaded", () => label(chosen()));
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-theme-switch]")) {
      const theme = ORDER[(ORDER.indexOf(chosen()) + 1) % ORDER.length];
      localStorage.setItem(KEY, theme);
      paint(theme);
      label(theme);
    }
  });
}
