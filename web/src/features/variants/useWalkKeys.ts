import { useEffect, useRef } from "react";
import { isForScreen } from "../../shell/keys";

interface Keys {
  isOpen: boolean;
  previous: (() => void) | undefined;
  next: (() => void) | undefined;
}

/** j and k: the next and the previous variant; without an open one they move the focus over the cells. */
export function useWalkKeys({ isOpen, previous, next }: Keys) {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if ((event.key !== "j" && event.key !== "k") || !isForScreen(event)) return;
      if (isOpen) return (event.key === "j" ? next : previous)?.();
      const links = [...document.querySelectorAll<HTMLElement>("[data-cell-link]")];
      const at = links.indexOf(document.activeElement as HTMLElement);
      links[event.key === "j" ? at + 1 : Math.max(0, at - 1)]?.focus();
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, [isOpen, previous, next]);
}

/**
 * Where previous and next lead. An item that a decision took out of the list keeps its place, so that
 * the next one is still the next one.
 */
export function useSteps(
  order: readonly string[],
  item: string | null,
  open: (id: string) => void,
): (by: 1 | -1) => (() => void) | undefined {
  const place = useRef(-1);
  const at = item ? order.indexOf(item) : -1;
  useEffect(() => {
    if (at >= 0 || item === null) place.current = at;
  }, [at, item]);
  return (by) => {
    if (item === null || (at >= 0 && order[at + by] === undefined)) return undefined;
    return () => {
      const from = at >= 0 ? at + by : place.current + (by === 1 ? 0 : -1);
      const next = order[from];
      if (next) open(next);
    };
  };
}
