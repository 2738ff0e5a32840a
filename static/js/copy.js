/* Buttons that copy the value of a field, or the text of an element (templates/_copy.html). */

async function copy(button) {
  const field = document.getElementById(button.dataset.copy);
  try {
    await navigator.clipboard.writeText(field.value ?? field.textContent);
    button.textContent = button.dataset.copied;
  } catch {
    // The browser doesn't allow it: leave the last step to the person.
    if (field.select) {
      field.select();
    } else {
      getSelection().selectAllChildren(field);
    }
    button.textContent = button.dataset.selected;
  }
}

if (navigator.clipboard) {
  for (const button of document.querySelectorAll("[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", () => copy(button));
  }
}
