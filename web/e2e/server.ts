import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";

const BINARY = resolve(process.env.CPO_BINARY ?? "../build/release/cpo");
const START_MS = 60_000;

export interface Served {
  /** Where the dashboard is, and the API below it. */
  url: string;
  /** Makes the first administrator. */
  setupToken: string;
  stop: () => Promise<void>;
}

/**
 * Starts the server on a free port with a database of its own, below a path such as "/cpo" if one is
 * given. It serves the build in the folder web beside its own.
 */
export async function serve(prefix = ""): Promise<Served> {
  if (!existsSync(BINARY)) throw new Error(`There is no server at ${BINARY}: set CPO_BINARY`);
  const folder = mkdtempSync(join(tmpdir(), "cpo-e2e-"));
  const config = join(folder, "cpo.toml");
  writeFileSync(
    config,
    "[http]\nport = 0\nrequests_per_second = 100000.0\nrequest_burst = 100000.0\n" +
      `prefix = "${prefix}"\n[store]\ndatabase = "sqlite:${folder}/cpo.db"\n`,
  );
  const log = openSync(join(folder, "log"), "a");
  const server = spawn(BINARY, ["serve", "--config", config], {
    cwd: resolve(".."),
    stdio: ["ignore", "pipe", log],
  });
  const { origin, setupToken } = await announced(server);
  return {
    url: `${origin}${prefix}`,
    setupToken,
    stop: async () => {
      const ended = new Promise((done) => server.once("exit", done));
      server.kill("SIGTERM");
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Reads what the server prints until it is ready. */
function announced(server: ChildProcess): Promise<{ origin: string; setupToken: string }> {
  return new Promise((done, fail) => {
    let origin = "";
    let setupToken = "";
    const timer = setTimeout(() => fail(new Error("the server did not start in time")), START_MS);
    server.once("exit", (code) => fail(new Error(`the server ended with ${code}`)));
    if (!server.stdout) return fail(new Error("the server has no output"));
    createInterface({ input: server.stdout }).on("line", (line) => {
      origin = /https?:\/\/[^ /]+:\d+/.exec(line)?.[0] ?? origin;
      setupToken = /token: (\S+)/.exec(line)?.[1] ?? setupToken;
      if (!line.startsWith("Ready")) return;
      clearTimeout(timer);
      done({ origin, setupToken });
    });
  });
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
