import { render, screen, within } from "@testing-library/react";
import { expect, it } from "vitest";
import type { SegmentationRun } from "../../api/client";
import { HowMade } from "./HowMade";

const run: SegmentationRun = {
  id: "r",
  job: "j",
  state: "succeeded",
  options: {},
  customers: 10,
  created_at: "2026-11-19T06:00:00Z",
  result: {
    columns: [
      { column: "joined_on", kind: "date", use: "number", reason: "days before the newest" },
      { column: "number", kind: "number", use: "left_out", reason: "it looks like an id" },
    ],
    scaling: [{ feature: "joined_on", used: true, reason: "mean 0" }],
  },
};

it("Says what became of each column before what became of each feature", () => {
  render(<HowMade run={run} />);
  const columns = screen.getByRole("table", { name: "What became of each column", hidden: true });
  const rows = within(columns).getAllByRole("row", { hidden: true }).slice(1);
  expect(rows.map((row) => row.textContent)).toEqual([
    "joined ondatesdays before the newest",
    "numbernumbersLeft out: it looks like an id",
  ]);
  const features = screen.getByRole("table", { name: "How features were prepared", hidden: true });
  expect(within(features).getAllByRole("row", { hidden: true })).toHaveLength(2);
});

it("Shows a run from before with its features alone", () => {
  const { columns: _, ...result } = run.result as Record<string, unknown>;
  render(<HowMade run={{ ...run, result }} />);
  expect(screen.getAllByRole("table", { hidden: true })).toHaveLength(1);
});
