import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { contrast, distance, simulate, type Deficiency, type Rgb } from "./colour";

const css = readFileSync("src/styles/tokens.css", "utf8");

/** Custom properties with a hex colour in the block that begins at `start`. */
function coloursFrom(start: string): Record<string, Rgb> {
  const body = css.slice(css.indexOf(start), css.indexOf("}", css.indexOf(start)));
  const found: Record<string, Rgb> = {};
  for (const [, name, hex] of body.matchAll(/--([\w-]+): #([0-9a-f]{6});/g)) {
    const value = Number.parseInt(hex ?? "", 16);
    found[name ?? ""] = [(value >> 16) & 255, (value >> 8) & 255, value & 255];
  }
  return found;
}

const light = coloursFrom(":root {\n  color-scheme: light");
const dark = coloursFrom(':root[data-theme="dark"]');
const darkBySystem = coloursFrom(':root:not([data-theme="light"])');

const TEXT_PAIRS: readonly (readonly [string, string, number])[] = [
  ...["text", "text-2", "text-3", "accent"].flatMap((text) =>
    ["canvas", "surface", "sunken"].map((ground) => [text, ground, 4.5] as const),
  ),
  ["text", "selected", 4.5],
  ["accent", "selected", 4.5],
  ["on-accent", "accent", 4.5],
  ["on-accent", "accent-hover", 4.5],
  ...["good", "bad", "warn", "info"].flatMap((state) => [
    [state, `${state}-tint`, 4.5] as const,
    [state, "surface", 4.5] as const,
    [state, "canvas", 4.5] as const,
  ]),
  ["on-sev", "sev-4", 4.5],
  ["on-sev-2", "sev-2", 4.5],
  ["on-sev-6", "sev-6", 4.5],
  ...["canvas", "surface", "sunken"].map((ground) => ["line", ground, 3] as const),
  ...Array.from({ length: 7 }, (_, arm) => [`arm-${arm}`, "surface", 3] as const),
];

describe.each([
  ["light", light],
  ["dark", dark],
])("The %s tokens", (_name, tokens) => {
  it.each(TEXT_PAIRS)("show %s on %s at %d to 1 or more", (front, ground, least) => {
    const [a, b] = [tokens[front], tokens[ground]];
    if (!a || !b) throw new Error(`${front} or ${ground} is no token`);
    expect(contrast(a, b)).toBeGreaterThanOrEqual(least);
  });

  it.each<Deficiency>(["normal", "protan", "deutan", "tritan"])(
    "keep all arms apart for %s vision",
    (deficiency) => {
      const arms = Array.from({ length: 7 }, (_, arm) => tokens[`arm-${arm}`] as Rgb);
      const seen = arms.map((arm) => simulate(arm, deficiency));
      const distances = seen.flatMap((a, i) => seen.slice(i + 1).map((b) => distance(a, b)));
      // dashboard.md section 6: 10.4 is the smallest over all four; 10 leaves room for rounding.
      expect(Math.min(...distances) * 100).toBeGreaterThanOrEqual(10);
    },
  );
});

it("The dark theme is the same by choice and by system", () => {
  expect(dark).toEqual(darkBySystem);
  expect(Object.keys(dark).sort()).toEqual(Object.keys(light).sort());
});
