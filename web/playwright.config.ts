import { defineConfig } from "@playwright/test";

/** Runs on a real server (CPO_BINARY) with Debian's Chromium; one worker, the machine is small. */
export default defineConfig({
  testDir: "e2e",
  testMatch: "*.spec.ts",
  workers: 1,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  outputDir: "../build/e2e",
  reporter: [["list"]],
  use: {
    actionTimeout: 10_000,
    launchOptions: { executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium" },
    contextOptions: { reducedMotion: "reduce" },
    viewport: { width: 1280, height: 800 },
    locale: "en-GB",
    timezoneId: "Europe/London",
  },
});
