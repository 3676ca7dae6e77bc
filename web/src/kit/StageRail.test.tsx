import { render, screen, within } from "@testing-library/react";
import { expect, it } from "vitest";
import { StageRail, type Stage } from "./StageRail";

const stageOf = (id: string, over: Partial<Stage>): Stage => ({
  id,
  name: id,
  state: "waiting",
  done: 0,
  total: 0,
  unit: "messages",
  facts: [],
  ...over,
});

it("A rail says of each stage its state in a word, its figures or what it does", () => {
  render(
    <StageRail
      label="Stages"
      stages={[
        stageOf("Group", {
          state: "done",
          done: 7,
          total: 7,
          unit: "segments",
          facts: [["Took", "2 s"]],
        }),
        stageOf("Write", { state: "running", done: 9, total: 28 }),
        stageOf("Plan", { idle: "Plans a test" }),
        stageOf("Ship", { state: "failed" }),
      ]}
    />,
  );
  const [group, write, plan, ship] = screen.getAllByRole("listitem");
  expect(group?.textContent).toContain("Done7 segments");
  expect(within(group as HTMLElement).getByText("Took")).toBeTruthy();
  expect(write?.textContent).toContain("9 of 28 messages");
  expect(write?.getAttribute("aria-current")).toBe("step");
  expect(write?.querySelector(".bar > i")?.getAttribute("style")).toContain("32.1");
  expect(plan?.textContent).toContain("WaitsPlans a test");
  expect(ship?.textContent).toContain("Failed");
});
