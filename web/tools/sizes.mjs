// Fails when the build is above the budgets of the dashboard: gzip bytes, 1 kB = 1000.
// First JS is what index.html loads; a route or a library has a chunk of its own.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const BUILD = "../build/web";
const BUDGETS = { firstJs: 250_000, css: 20_000, route: 35_000, fonts: 60_000 };
const LIBRARIES = { recharts: 125_000, zod: 42_000, querybuilder: 40_000 };

const gzipped = (name) => gzipSync(readFileSync(join(BUILD, name)), { level: 9 }).length;
const html = readFileSync(join(BUILD, "index.html"), "utf8");
const first = [...html.matchAll(/(?:src|href)="\.\/(assets\/[^"]+\.js)"/g)].map(([, name]) => name);
const files = readdirSync(join(BUILD, "assets")).map((name) => `assets/${name}`);
const sum = (names) => names.map(gzipped).reduce((a, b) => a + b, 0);

const rows = [
  ["first JS", sum(first), BUDGETS.firstJs],
  ["CSS", sum(files.filter((name) => name.endsWith(".css"))), BUDGETS.css],
  [
    "fonts",
    files
      .filter((name) => name.endsWith(".woff2"))
      .reduce((bytes, name) => bytes + statSync(join(BUILD, name)).size, 0),
    BUDGETS.fonts,
  ],
];
for (const name of files) {
  if (!name.endsWith(".js") || first.includes(name)) continue;
  const library = Object.keys(LIBRARIES).find((each) => name.toLowerCase().includes(each));
  rows.push([name, gzipped(name), library ? LIBRARIES[library] : BUDGETS.route]);
}
for (const [what, bytes, budget] of rows) {
  const verdict = bytes > budget ? "TOO BIG" : "ok";
  process.stdout.write(`${verdict.padEnd(8)}${String(bytes).padStart(8)} of ${budget}  ${what}\n`);
}
if (rows.some(([, bytes, budget]) => bytes > budget)) process.exitCode = 1;
