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

/** Nor CSS.escape, which dialogs ask for; the ids of React need none. */
globalThis.CSS ??= { escape: (text: string) => text } as typeof CSS;

afterEach(cleanup);
