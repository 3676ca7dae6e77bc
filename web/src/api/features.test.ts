import { expect, it } from "vitest";
import type { Customer } from "./client";
import { featuresOf, featureValue } from "./features";

it("A value reads in the unit of its feature, or as what it is", () => {
  expect(featureValue("recency_days", 250)).toBe("250");
  expect(featureValue("member", true)).toBe("yes");
  expect(featureValue("member", false)).toBe("no");
  expect(featureValue("city", "Bern")).toBe("Bern");
  expect(featureValue("since", "2024-01-31")).toBe("31 Jan 2024");
  expect(featureValue("since", "2024-01-31T23:26:00Z")).toBe("31 Jan 2024, 23:26");
  expect(featureValue("code", "2024-01")).toBe("2024-01");
});

it("The features are those of any customer", () => {
  const of = (features: Customer["features"]): Customer => ({
    id: "c",
    features,
    updated_at: "2026-01-01T00:00:00Z",
  });
  expect(featuresOf([of({ age: 3 }), of({ city: "Rome", age: 4 })])).toEqual(["age", "city"]);
  expect(featuresOf([])).toEqual([]);
});
