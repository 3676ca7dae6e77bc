import { useLive } from "../live/useLive";
import { clock } from "./numbers";

const WORDS = {
  connecting: "Connecting",
  live: "Live",
  reconnecting: "Reconnecting",
  stale: "Stale",
} as const;
const CLASSES = { connecting: "wait", live: "", reconnecting: "wait", stale: "stale" } as const;

/** Whether what is shown follows the server: shape and word, never colour alone. */
export function LiveChip() {
  const { state, asOf } = useLive();
  return (
    <span className={`chip live ${CLASSES[state]}`} role="status">
      {WORDS[state]}
      {state === "stale" && asOf ? `, ${clock(asOf)}` : null}
    </span>
  );
}
