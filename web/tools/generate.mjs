// Generates src/api/client from ../api/openapi.yaml, or into the folder given as first argument.
// Patterns of the contract exclude control characters; the generator writes them as raw bytes,
// which would make git take the file for a binary: they become escapes here.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createClient } from "@hey-api/openapi-ts";
import config from "./openapi-ts.config.mjs";

export async function generate(folder) {
  await createClient({
    ...config,
    output: { ...config.output, path: folder },
    logs: { level: "silent" },
  });
  const file = join(folder, "zod.gen.ts");
  const text = await readFile(file, "utf8");
  const escaped = text.replace(
    // eslint-disable-next-line no-control-regex
    /[\u0000-\u0008\u000b-\u001f\u007f]/g,
    (byte) => `\\u${byte.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  await writeFile(file, escaped);
}

await generate(process.argv[2] ?? "src/api/client");
