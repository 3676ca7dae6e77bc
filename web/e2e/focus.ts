import { expect, type Page } from "@playwright/test";

const TABS_MAX = 400;

/**
 * Tab leads from the top of the page to its end and out of it again (WCAG 2.1.2). Each element on
 * the way shows that it has the focus (2.4.7), and nothing lies over its middle (2.4.11).
 */
export async function expectFocusSeen(page: Page): Promise<void> {
  const looks = await page.evaluateHandle(looksOf);
  const walk = await page.evaluateHandle(startWalk, looks);
  let isOver = false;
  for (let tabs = 0; tabs < TABS_MAX && !isOver; ++tabs) {
    await page.keyboard.press("Tab");
    isOver = await walk.evaluate((each) => each.step());
  }
  const { faults, visited } = await walk.evaluate((each) => each.result());
  await walk.dispose();
  expect(faults, "focus").toEqual([]);
  expect(isOver, `Tab comes to an end; ${visited} elements so far`).toBe(true);
  expect(visited).toBeGreaterThan(0);
}

/** Runs in the page, so it holds all it needs: where an element is drawn, and how. */
function looksOf() {
  const isHidden = (element: Element): boolean => {
    const { width, height } = element.getBoundingClientRect();
    const { opacity, clipPath } = getComputedStyle(element);
    if (width <= 1 || height <= 1 || opacity === "0" || clipPath !== "none") return true;
    const above = element.parentElement;
    return above !== null && getComputedStyle(above).clipPath === "inset(50%)";
  };
  /** What cannot be seen is drawn by its label, or by what stands around it. */
  const drawnBy = (element: Element): Element => {
    if (!isHidden(element)) return element;
    let drawn = element.closest("label") ?? element.parentElement;
    while (drawn && isHidden(drawn)) drawn = drawn.parentElement;
    return drawn ?? element;
  };

  /** What of the style can be a ring; a change of border or background is too faint to be one. */
  const ringOf = (element: Element): string => {
    const style = getComputedStyle(element);
    const isDrawn = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    const outline = isDrawn ? style.outlineColor : "none";
    return `${outline}; ${style.boxShadow}`;
  };
  const ringsOf = (element: Element): Map<Element, string> => {
    const drawn = drawnBy(element);
    const inside = drawn.matches("label") ? [...drawn.querySelectorAll("*")] : [];
    const places = [drawn, ...inside.filter((each) => each !== element && !isHidden(each))];
    return new Map(places.map((each) => [each, ringOf(each)]));
  };
  const isBare = (ring: string) => /^(none|rgba\(0, 0, 0, 0\)); none$/.test(ring);

  /** The middle of the element; of one that is larger than the window, the middle of what shows. */
  const middleOf = (element: Element): [number, number] => {
    const box = element.getClientRects()[0] ?? element.getBoundingClientRect();
    const middle = (from: number, to: number, end: number) =>
      to - from > end ? (Math.max(0, from) + Math.min(end, to)) / 2 : (from + to) / 2;
    return [
      middle(box.left, box.right, window.innerWidth),
      middle(box.top, box.bottom, window.innerHeight),
    ];
  };
  /** What lies over the middle of the element; null when nothing does. */
  const coverOf = (element: Element): string | null => {
    const drawn = drawnBy(element);
    const hit = document.elementFromPoint(...middleOf(drawn));
    if (!hit) return "nothing, but it is out of sight";
    return drawn.contains(hit) ? null : hit.outerHTML.slice(0, 80);
  };

  return { ringsOf, ringOf, isBare, coverOf };
}

/** Runs in the page as well. A step looks at the focus after one Tab. */
function startWalk(looks: ReturnType<typeof looksOf>) {
  const { ringsOf, ringOf, isBare, coverOf } = looks;
  const faults: string[] = [];
  const seen = new Set<Element>();
  let last: { element: Element; rings: Map<Element, string> } | null = null;

  const say = (element: Element, what: string) =>
    faults.push(`${what}: ${element.outerHTML.slice(0, 200)}`);

  /** The focus has left: the ring has to be gone too, else it told nothing. */
  const leave = () => {
    if (!last?.element.isConnected) return;
    const { element, rings } = last;
    const isTold = [...rings].some(([each, ring]) => !isBare(ring) && ringOf(each) !== ring);
    if (!isTold) say(element, "shows no focus");
  };

  document.body.tabIndex = -1;
  document.body.focus(); // Tab starts at the top, wherever the page had put the focus.
  document.body.removeAttribute("tabindex");
  window.scrollTo(0, 0);

  return {
    /** True when the walk is over. */
    step(): boolean {
      leave();
      last = null;
      const element = document.activeElement;
      if (element === null || element === document.body) return true;
      if (seen.has(element)) {
        if (element !== [...seen][0]) say(element, "Tab goes round in circles");
        return true;
      }
      seen.add(element);
      last = { element, rings: ringsOf(element) };
      const cover = coverOf(element);
      if (cover) say(element, `is covered by ${cover}`);
      return false;
    },
    result() {
      window.scrollTo(0, 0); // The application would come back to this place on the next visit.
      return { faults, visited: seen.size };
    },
  };
}
