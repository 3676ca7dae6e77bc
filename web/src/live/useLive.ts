import { createContext, useContext, useSyncExternalStore } from "react";
import type { Hub, Snapshot } from "./hub";

export const HubContext = createContext<Hub | null>(null);

const NOT_OPEN: Snapshot = { state: "connecting", asOf: null };
const never = () => () => undefined;

/** How live this page is. Outside of a hub (tests, sign-in) it is "connecting". */
export function useLive(): Snapshot {
  const hub = useContext(HubContext);
  return useSyncExternalStore(hub?.subscribe ?? never, hub?.read ?? (() => NOT_OPEN));
}
