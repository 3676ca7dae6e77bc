import { expect, it } from "vitest";
import { clashesOf, rebased } from "./clash";

const base = { title: "Gift", text: "One", code: "A", arms: ["50", "50"] };

it("keeps what you changed and follows them in the rest", () => {
  const yours = { ...base, text: "Mine", arms: ["40", "60"] };
  const theirs = { ...base, title: "Present", text: "Theirs" };
  expect(rebased(base, yours, theirs)).toEqual({
    title: "Present",
    text: "Mine",
    code: "A",
    arms: ["40", "60"],
  });
});

it("names a field that only one version has", () => {
  const clashes = clashesOf({ Type: "Fact" }, { Type: "Offer", Code: "B" }, { Type: "Fact" });
  expect(clashes.map(({ field, theirs }) => [field, theirs])).toEqual([
    ["Type", "Fact"],
    ["Code", ""],
  ]);
});

it("names where the versions differ, and whether both changed it", () => {
  const fields = { Title: "Gift", Text: "One", Code: "A" };
  const yours = { ...fields, Text: "Mine", Code: "B" };
  const theirs = { ...fields, Text: "Theirs" };
  expect(clashesOf(fields, yours, theirs)).toEqual([
    { field: "Text", theirs: "Theirs", yours: "Mine", isBoth: true },
    { field: "Code", theirs: "A", yours: "B", isBoth: false },
  ]);
});
