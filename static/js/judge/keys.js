/* Single keys, where nothing else on the page has a use for them. */

const REPEATING = ["j", "k", "arrowdown", "arrowup", "arrowleft", "arrowright"];

/** The key's name; in scripts without these letters, the letter's place counts. */
function keyName({ key, code, shiftKey }) {
  const place = code.match(/^(?:Key|Digit)(.)$/)?.[1];
  const isForeign = key.length === 1 && key.codePointAt(0) > 127;
  const isDigit = /^Digit/.test(code) && !shiftKey;
  return (place && (isForeign || isDigit) ? place : key).toLowerCase();
}

/** Whether the element itself has a use for the key: typing, choosing, pressing. */
function isTaken(target, name) {
  if (target.closest("select, textarea, input:not([type=radio]), [contenteditable]")) {
    return true;
  }
  const isGesture = name === " " || name.startsWith("arrow");
  return isGesture && target.closest("a, button, video, input") !== null;
}

/**
 * Call what `actions` has for a key's name, and `submit` for Ctrl or Command with Enter.
 * `isOn` says whether single keys are to be heard.
 */
export function listenToKeys(actions, { isOn, submit }) {
  document.addEventListener("keydown", (event) => {
    const name = keyName(event);
    const isCommand = event.ctrlKey || event.metaKey;
    if (document.querySelector("dialog[open]") || event.isComposing) {
      return;
    }
    if (isCommand && name === "enter") {
      event.preventDefault();
      submit();
      return;
    }
    const isWanted = actions[name] && isOn() && !isCommand && !event.altKey;
    if (!isWanted || isTaken(event.target, name)) {
      return;
    }
    event.preventDefault();
    if (!event.repeat || REPEATING.includes(name)) {
      actions[name]();
    }
  });
}

/** Name the command key as it is on this keyboard. */
export function nameCommandKey() {
  if (/Mac|iPhone|iPad/.test(navigator.platform)) {
    document.querySelectorAll("[data-command]").forEach((key) => (key.textContent = "⌘"));
  }
}
