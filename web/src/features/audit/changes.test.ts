import { expect, it } from "vitest";
import { changesOf } from "./changes";

it("Fields that differ have both sides, the others are left out", () => {
  const data = { before: { name: "A", size: 1 }, after: { name: "B", size: 1 } };
  expect(changesOf(data)).toEqual([{ field: "name", before: "A", after: "B" }]);
});

it("Plain before and after are a state", () => {
  expect(changesOf({ before: "draft", after: "running", reason: "" })).toEqual([
    { field: "state", before: "draft", after: "running" },
  ]);
});

it("Other values hold since the entry", () => {
  expect(changesOf({ attempt: 1 })).toEqual([{ field: "attempt", before: undefined, after: "1" }]);
});
