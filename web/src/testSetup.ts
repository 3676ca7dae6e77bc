import { cleanup } from "@testing-library/react";
import { afterEach } from "vitest";

/** jsdom has no media queries: tests see a wide screen unless they say otherwise. */
window.matchMedia = (query: string) =>
  ({
    matches: query.includes("min-width"),
    media: query,
    addEventListener: () => undefined,
    removeEventListener: () => undefined,
  }) as unknown as MediaQueryList;

afterEach(cleanup);
