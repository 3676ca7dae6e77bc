const OFF_KEY = "cpo-single-keys-off";

/** Single keys can be switched off (WCAG 2.1.4); Ctrl K and Escape always work. */
export function areSingleKeysOff(): boolean {
  try {
    return localStorage.getItem(OFF_KEY) === "1";
  } catch {
    return false;
  }
}

export function setSingleKeysOff(isOff: boolean) {
  try {
    localStorage.setItem(OFF_KEY, isOff ? "1" : "0");
  } catch {
    // Storage may be switched off: the keys stay on.
  }
}

export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof Element &&
    target.closest("input,textarea,select,[contenteditable],[role=listbox],[role=menu]") !== null
  );
}

/** Whether a key is pressed as a chord; AltGr is how [ and ] are typed on many keyboards. */
function isChord(event: KeyboardEvent): boolean {
  if (event.metaKey) return true;
  return (event.ctrlKey || event.altKey) && !event.getModifierState("AltGraph");
}

/** Whether a single key belongs to the screen: nothing is typed, and no dialog asks something. */
export function isForScreen(event: KeyboardEvent): boolean {
  if (isChord(event) || isTyping(event.target) || areSingleKeysOff()) return false;
  return document.querySelector(".scrim:not(.side)") === null;
}
