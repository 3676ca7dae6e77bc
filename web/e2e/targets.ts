import { expect, type Page } from "@playwright/test";

/** What the pointer can press is large enough to be hit (WCAG 2.5.8); on a phone 44 px high. */
export async function expectTargetsLarge(page: Page): Promise<void> {
  const found = await page.evaluateHandle(findTargets);
  const small = await found.evaluate(smallOf);
  const low = await found.evaluate(lowOf);
  await found.dispose();
  expect(small, "too small a target").toEqual([]);
  const width = page.viewportSize()?.width ?? 0;
  expect(width > TOUCH_MAX ? [] : low, "too low for a finger").toEqual([]);
}

/** Up to here the style sheets give controls the height for a finger. */
const TOUCH_MAX = 640;

type Found = ReturnType<typeof findTargets>;
type Target = Found["all"][number];

/** Runs in the page, so it holds all it needs: what the pointer can press, and where. */
function findTargets() {
  window.scrollTo(0, 0); // So that nothing lies below the bar that stays.
  const ROLES = "button tab radio checkbox switch option menuitem slider link".split(" ");
  const TARGETS = [
    "a[href], button, input:not([type=hidden]), select, textarea, summary",
    ...ROLES.map((role) => `[role=${role}]`),
  ].join(", ");

  const isSeen = (element: Element): boolean => {
    if (!element.checkVisibility({ visibilityProperty: true })) return false;
    for (let each: Element | null = element; each; each = each.parentElement) {
      const { clipPath } = getComputedStyle(each);
      if (clipPath === "inset(50%)" || each.matches("[inert]")) return false;
    }
    const style = getComputedStyle(element);
    return style.pointerEvents !== "none" && !element.matches(":disabled");
  };
  const isFixed = (element: Element): boolean => {
    for (let each: Element | null = element; each; each = each.parentElement)
      if (getComputedStyle(each).position === "fixed") return true;
    return false;
  };
  /** A label around its input takes the press for it, whether the input shows or not. */
  const pressed = (element: Element): Element =>
    (element.matches("input") ? element.closest("label") : null) ?? element;

  const all = [...new Set([...document.querySelectorAll(TARGETS)].map(pressed))]
    .filter(isSeen)
    .map((element) => {
      const box = element.getBoundingClientRect();
      return { element, box, isFixed: isFixed(element) };
    })
    .filter(({ box }) => box.width > 0 && box.height > 0);
  return { all, isSeen, kinds: TARGETS };
}

/** Runs in the page as well. Two of the exceptions of WCAG can be told from outside. */
function smallOf({ all, isSeen, kinds }: Found): string[] {
  const LEAST = 24;
  const isSmall = ({ box }: Target) => box.width < LEAST - 0.01 || box.height < LEAST - 0.01;
  const small = all.filter(isSmall);

  /** Exception "inline": the line height of the words around it sets its size. */
  const isInText = ({ element }: Target): boolean => {
    if (getComputedStyle(element).display !== "inline") return false;
    let block = element.parentElement;
    while (block && getComputedStyle(block).display === "inline") block = block.parentElement;
    if (!block) return false;
    const words = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
    for (let word = words.nextNode(); word; word = words.nextNode()) {
      const isOutside = !word.parentElement?.closest(kinds) && /\w/.test(word.nodeValue ?? "");
      if (isOutside && word.parentElement && isSeen(word.parentElement)) return true;
    }
    return false;
  };

  /** Exception "spacing": a circle of 24 px on its middle touches no other target or such circle. */
  const tooNear = (one: Target): Target | undefined => {
    const x = one.box.left + one.box.width / 2;
    const y = one.box.top + one.box.height / 2;
    return all.find((other) => {
      // The page scrolls away below what is fixed.
      if (other === one || other.isFixed !== one.isFixed) return false;
      const { left, right, top, bottom } = other.box;
      const toBox = Math.hypot(Math.max(left - x, 0, x - right), Math.max(top - y, 0, y - bottom));
      const toMiddle = Math.hypot((left + right) / 2 - x, (top + bottom) / 2 - y);
      return toBox < LEAST / 2 || (isSmall(other) && toMiddle < LEAST);
    });
  };

  const named = ({ element, box }: Target): string =>
    `${Math.round(box.width)}×${Math.round(box.height)} ${element.outerHTML.slice(0, 200)}`;
  return small.flatMap((each) => {
    const near = isInText(each) ? undefined : tooNear(each);
    return near ? [`${named(each)} beside ${named(near)}`] : [];
  });
}

/** Runs in the page: controls below the height for a finger. Links are sized by the text around. */
function lowOf({ all }: Found): string[] {
  return all
    .filter(({ element }) =>
      element.matches("button, .btn, input, select, textarea, summary, label, [role=tab]"),
    )
    .filter(({ box }) => box.height < 44 - 0.01)
    .map(({ element, box }) => `${Math.round(box.height)} ${element.outerHTML.slice(0, 200)}`);
}
