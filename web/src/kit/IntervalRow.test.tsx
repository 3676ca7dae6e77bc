import { render, screen } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { axisOf, percentOn } from "./interval";
import { IntervalBar } from "./IntervalRow";

const at = (low: number, mid: number, high: number) => ({ low, at: mid, high });

describe("the axis of intervals", () => {
  it("is round, has zero on it and holds every end", () => {
    const axis = axisOf([at(0.023, 0.06, 0.098), at(-0.02, 0.014, 0.049)], 0.02);
    expect(axis.ticks).toContain(0);
    expect(axis.low).toBeLessThanOrEqual(-0.02);
    expect(axis.high).toBeGreaterThanOrEqual(0.098);
    expect(axis.ticks.length).toBeLessThanOrEqual(6);
    expect(axis.ticks.map((tick) => Number(tick.toFixed(6)))).toEqual([-0.05, 0, 0.05, 0.1]);
  });
  it("shows zero though every interval lies on one side", () => {
    expect(axisOf([at(5, 6, 7)], 1).low).toBe(0);
    expect(axisOf([at(-7, -6, -5)], 1).high).toBeCloseTo(0);
  });
  it("does not blow noise up, and stands without any figure", () => {
    const axis = axisOf([at(-0.0001, 0, 0.0001)], 0.02);
    expect(axis.high - axis.low).toBeGreaterThanOrEqual(0.04);
    expect(axisOf([], 0.02).ticks).toContain(0);
    expect(axisOf([{ low: null, at: null, high: null }], 1).high).toBeGreaterThan(0);
  });
  it.each([0.3, 1, 1.7, 2.4, 9, 12, 99, 1234])("has at most six ticks for a span of %f", (span) => {
    const { ticks, low, high } = axisOf([at(-span / 3, 0, span)], 0.001);
    expect(ticks.length).toBeLessThanOrEqual(6);
    expect(ticks.length).toBeGreaterThanOrEqual(2);
    expect(low).toBeLessThanOrEqual(-span / 3 + 1e-9);
    expect(high).toBeGreaterThanOrEqual(span - 1e-9);
  });
  it("puts values in percent of its width, kept within it", () => {
    const axis = { low: -4, high: 12, ticks: [] };
    expect(percentOn(axis, 0)).toBe(25);
    expect(percentOn(axis, 99)).toBe(100);
    expect(percentOn(axis, -99)).toBe(0);
  });
});

describe("an interval bar", () => {
  const axis = axisOf([at(-1, 0, 1)], 1);
  it("says its numbers and has the colour of its arm only when it may", () => {
    const label = "Friendly: difference +6.0 points, interval +2.3 to +9.8";
    const props = { axis, interval: at(0.2, 0.6, 0.9), index: 2, label };
    const classOf = () => screen.getByRole("img", { name: label }).getAttribute("class");
    const { rerender } = render(<IntervalBar {...props} isGrey={false} />);
    expect(classOf()).toContain("a2");
    rerender(<IntervalBar {...props} isGrey />);
    expect(classOf()).toContain("grey");
    expect(classOf()).not.toContain("a2");
  });
  it("draws no bar without an interval", () => {
    const { container } = render(
      <IntervalBar
        axis={axis}
        interval={{ low: null, at: 0, high: null }}
        index={0}
        isGrey
        label="Control"
      />,
    );
    expect(container.querySelector(".bar-line")).toBeNull();
    expect(container.querySelector(".mark")).not.toBeNull();
    expect(container.querySelector(".zero")).not.toBeNull();
  });
});
