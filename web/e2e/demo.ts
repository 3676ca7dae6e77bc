import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Caller } from "./api";
import { freePort } from "./server";

const BINARY = resolve(process.env.CPO_BINARY ?? "../build/release/cpo");
const START_MS = 120_000;

export interface SignIn {
  email: string;
  password: string;
}

export interface Demo {
  url: string;
  /** Made everything in the sample. */
  admin: SignIn;
  reviewer: SignIn;
  /** The administrator as a program. */
  caller: Caller;
  stop: () => Promise<void>;
}

/** `cpo demo` on a free port: the sample workspace, really made, with the dashboard of the build. */
export async function demo(): Promise<Demo> {
  const folder = mkdtempSync(join(tmpdir(), "cpo-demo-"));
  const port = await freePort();
  const server = spawn(BINARY, ["demo", "--data", folder, "--port", String(port)], {
    cwd: resolve(".."),
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  const ready = new Promise<void>((done, fail) => {
    const timer = setTimeout(() => fail(new Error(`no demo in time: ${output}`)), START_MS);
    const read = (bytes: Buffer) => {
      output += bytes.toString();
      if (!output.includes("stops it")) return;
      clearTimeout(timer);
      done();
    };
    server.stdout.on("data", read);
    server.stderr.on("data", read);
    server.once("exit", (code) => fail(new Error(`the demo ended with ${code}: ${output}`)));
  });
  await ready;
  const url = `http://127.0.0.1:${port}`;
  const lines = readFileSync(join(folder, "sign-in.txt"), "utf8").trim().split("\n");
  const people = lines.map((line) => line.trim().split(/\s+/));
  const personOf = (role: string): SignIn => {
    const [email = "", password = ""] = people.find((words) => words[2] === role) ?? [];
    return { email, password };
  };
  const admin = personOf("admin");
  return {
    url,
    admin,
    reviewer: personOf("reviewer"),
    caller: await Caller.signIn(url, admin.email, admin.password),
    stop: async () => {
      const ended = new Promise((done) => server.once("exit", done));
      server.kill("SIGTERM");
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
