import { fireEvent, render } from "@testing-library/react";
import { MemoryRouter, useLocation } from "react-router";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Session } from "../api/client";
import { Peek } from "../kit";
import { setSingleKeysOff } from "./keys";
import { SessionContext } from "./session";
import { useShellKeys } from "./useShellKeys";

const open = { palette: vi.fn(), help: vi.fn() };
function Shell() {
  useShellKeys(open);
  return <output>{useLocation().pathname}</output>;
}
function showShell() {
  return render(
    <SessionContext.Provider value={{ id: "me", role: "admin" } as Session}>
      <MemoryRouter>
        <Shell />
      </MemoryRouter>
    </SessionContext.Provider>,
  );
}

beforeEach(() => {
  const kept = new Map<string, string>();
  vi.stubGlobal("localStorage", {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.clearAllMocks();
});

describe("g and the key of a screen", () => {
  it("goes there, and the screen does not hear the second key", () => {
    const heard: string[] = [];
    const hear = (event: KeyboardEvent) => void heard.push(event.key);
    document.addEventListener("keydown", hear);
    const { container } = showShell();
    fireEvent.keyDown(document.body, { key: "g" });
    fireEvent.keyDown(document.body, { key: "a" });
    fireEvent.keyDown(document.body, { key: "a" });
    document.removeEventListener("keydown", hear);
    expect(container.querySelector("output")?.textContent).toBe("/audit");
    expect(heard).toEqual(["g", "a"]);
  });
});

describe("[ and ] beside a list", () => {
  const next = vi.fn();
  const press = (more: KeyboardEventInit & { modifierAltGraph?: boolean } = {}) =>
    fireEvent.keyDown(document.body, { key: "]", ...more });
  beforeEach(() => {
    render(
      <Peek label="One" title="One" onClose={() => undefined} onNext={next}>
        It
      </Peek>,
    );
  });

  it("go to the neighbours, also where AltGr types them", () => {
    press();
    press({ ctrlKey: true, altKey: true, modifierAltGraph: true });
    expect(next).toHaveBeenCalledTimes(2);
  });

  it("do nothing as a chord, under a dialog, or when single keys are off", () => {
    press({ ctrlKey: true });
    press({ metaKey: true });
    const scrim = document.body.appendChild(document.createElement("div"));
    scrim.className = "scrim";
    press();
    scrim.remove();
    setSingleKeysOff(true);
    press();
    expect(next).not.toHaveBeenCalled();
  });
});
