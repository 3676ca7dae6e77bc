import { useEffect, useRef } from "react";
import { announce } from "../../shell/announce";

export const ANNOUNCE_MS = 10_000;

/** Says a text when it changes, at most every ten seconds; what came in between is said late. */
export function useAnnounced(text: string | null) {
  const saidAt = useRef(-Infinity);
  const said = useRef<string | null>(null);
  useEffect(() => {
    if (text === null || text === said.current) return;
    const say = () => {
      saidAt.current = performance.now();
      said.current = text;
      announce(text);
    };
    const wait = saidAt.current + ANNOUNCE_MS - performance.now();
    if (wait <= 0) return say();
    const timer = setTimeout(say, wait);
    return () => clearTimeout(timer);
  }, [text]);
}
