/* Buttons that copy the value of a field: <button data-copy="id of the field" hidden>. */

async function copy(button) {
  const field = document.getElementById(button.dataset.copy);
  try {
    await navigator.clipboard.writeText(field.value);
    button.textContent = "Copied";
  } catch {
    // The browser does not allow it: leave the last step to the person.
    field.select();
    button.textContent = "Selected: copy it";
  }
}

if (navigator.clipboard) {
  for (const button of document.querySelectorAll("[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", () => copy(button));
  }
}
