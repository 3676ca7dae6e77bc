import { useEffect } from "react";
import { useNavigate } from "react-router";
import { areSingleKeysOff, isTyping } from "./keys";
import { navItems } from "./nav";
import { useSession } from "./session";

const SEQUENCE_MS = 1_200;

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
