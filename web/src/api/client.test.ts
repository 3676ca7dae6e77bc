import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";

/** All files below a folder with their text. */
function textsIn(folder: string): Record<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return Object.fromEntries(
    entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [path.slice(folder.length), readFileSync(path, "utf8")]),
  );
}

it("The committed client is what api/openapi.yaml gives: run `npm run generate` after a change", () => {
  const folder = mkdtempSync(join(tmpdir(), "cpo-client-"));
  execFileSync(process.execPath, ["tools/generate.mjs", folder]);
  expect(textsIn(folder)).toEqual(textsIn("src/api/client"));
  rmSync(folder, { recursive: true });
}, 60_000);
