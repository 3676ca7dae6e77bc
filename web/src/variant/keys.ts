import { areSingleKeysOff } from "../shell/keys";

/** Whether a single key belongs to the screen: nothing is typed, and no dialog asks something. */
export function isForScreen(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey || areSingleKeysOff()) return false;
  const target = event.target as Element;
  if (target.closest?.("input,textarea,select,[contenteditable],[role=listbox],[role=menu]"))
    return false;
  return document.querySelector(".scrim:not(.side)") === null;
}
