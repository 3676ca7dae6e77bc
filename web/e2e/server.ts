import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";

const BINARY = resolve(process.env.CPO_BINARY ?? "../build/release/cpo");
const START_MS = 60_000;

export interface Served {
  /** Where the dashboard is: the binary's own address, or that of `vite preview` before it. */
  url: string;
  /** Where the API is. */
  api: string;
  /** Makes the first administrator. */
  setupToken: string;
  stop: () => Promise<void>;
}

/**
 * Starts the server on a free port with a database of its own. It serves the build in ../build/web;
 * a binary that serves no pages yet gets `vite preview` in front, which sends the same policy.
 */
export async function serve(): Promise<Served> {
  if (!existsSync(BINARY)) throw new Error(`There is no server at ${BINARY}: set CPO_BINARY`);
  const folder = mkdtempSync(join(tmpdir(), "cpo-e2e-"));
  const config = join(folder, "cpo.toml");
  writeFileSync(
    config,
    "[http]\nport = 0\nrequests_per_second = 100000.0\nrequest_burst = 100000.0\n" +
      `[store]\ndatabase = "sqlite:${folder}/cpo.db"\n`,
  );
  const log = openSync(join(folder, "log"), "a");
  const environment = { ...process.env, CPO_WEB: resolve("../build/web") };
  const server = spawn(BINARY, ["serve", "--config", config], {
    cwd: resolve(".."),
    env: environment,
    stdio: ["ignore", "pipe", log],
  });
  const { api, setupToken } = await announced(server);
  const page = await fetch(`${api}/`, { headers: { Accept: "text/html" } });
  const isServing = page.ok && (await page.text()).includes('id="root"');
  const preview = isServing ? null : await previewOf(api);
  return {
    url: preview?.url ?? api,
    api,
    setupToken,
    stop: async () => {
      preview?.process.kill();
      const ended = new Promise((done) => server.once("exit", done));
      server.kill("SIGTERM");
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Reads what the server prints until it is ready. */
function announced(server: ChildProcess): Promise<{ api: string; setupToken: string }> {
  return new Promise((done, fail) => {
    let api = "";
    let setupToken = "";
    const timer = setTimeout(() => fail(new Error("the server did not start in time")), START_MS);
    server.once("exit", (code) => fail(new Error(`the server ended with ${code}`)));
    if (!server.stdout) return fail(new Error("the server has no output"));
    createInterface({ input: server.stdout }).on("line", (line) => {
      api = /https?:\/\/[^ /]+:\d+/.exec(line)?.[0] ?? api;
      setupToken = /token: (\S+)/.exec(line)?.[1] ?? setupToken;
      if (!line.startsWith("Ready")) return;
      clearTimeout(timer);
      done({ api, setupToken });
    });
  });
}

async function previewOf(api: string): Promise<{ url: string; process: ChildProcess }> {
  const port = await freePort();
  const preview = spawn(
    process.execPath,
    ["node_modules/vite/bin/vite.js", "preview", "--port", String(port), "--strictPort"],
    { env: { ...process.env, CPO_SERVER: api }, stdio: "ignore" },
  );
  const url = `http://127.0.0.1:${port}`;
  for (let tries = 0; tries < 100; ++tries) {
    if (
      await fetch(url).then(
        (answer) => answer.ok,
        () => false,
      )
    )
      return { url, process: preview };
    await new Promise((wait) => setTimeout(wait, 100));
  }
  preview.kill();
  throw new Error("vite preview did not start");
}

export function freePort(): Promise<number> {
  return new Promise((done) => {
    const probe = createServer();
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      const port = typeof address === "object" && address ? address.port : 0;
      probe.close(() => done(port));
    });
  });
}
