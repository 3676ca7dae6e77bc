import { useEffect } from "react";
import { useNavigate } from "react-router";
import { navItems } from "./nav";
import { useSession } from "./session";

const SEQUENCE_MS = 1_200;
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

function isTyping(target: EventTarget | null): boolean {
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

/** Keys of the whole dashboard: Ctrl/⌘ K, ?, /, and g followed by the letter of a screen. */
export function useShellKeys(open: { palette: () => void; help: () => void }) {
  const navigate = useNavigate();
  const { role } = useSession();
  useEffect(() => {
    let wentAt = -Infinity;
    const press = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
        event.preventDefault();
        return open.palette();
      }
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (isTyping(event.target) || areSingleKeysOff() || document.querySelector(".scrim")) return;
      if (event.timeStamp - wentAt < SEQUENCE_MS) {
        wentAt = -Infinity;
        // The second key is not one of the screen's own: "g a" must not open what "a" opens.
        if (event.key.length === 1) event.stopImmediatePropagation();
        const item = navItems(role).find((each) => each.nav.key === event.key);
        if (item) void navigate(`/${item.path}`);
        return;
      }
      if (event.key === "g") wentAt = event.timeStamp;
      if (event.key === "?") open.help();
      if (event.key === "/") {
        event.preventDefault();
        const field = document.querySelector<HTMLElement>("main [data-search], main input");
        if (field) field.focus();
        else open.palette();
      }
    };
    document.addEventListener("keydown", press, { capture: true }); // Ahead of every screen's.
    return () => document.removeEventListener("keydown", press, { capture: true });
  }, [navigate, role, open]);
}
