import { expect, type Locator, type Page } from "@playwright/test";

const TABS_MAX = 250;

/** How a story is walked through: with the mouse, or with keys alone. */
export interface Hand {
  press: (target: Locator) => Promise<void>;
  fill: (target: Locator, text: string) => Promise<void>;
  /** Chooses a radio of a group by its words. */
  choose: (page: Page, group: string, words: string) => Promise<void>;
}

export const MOUSE: Hand = {
  press: (target) => target.click(),
  fill: (target, text) => target.fill(text),
  choose: (page, group, words) =>
    page.getByRole("radiogroup", { name: group }).getByText(words, { exact: true }).click(),
};

export const KEYS: Hand = {
  press: async (target) => {
    await tabTo(target);
    await target.page().keyboard.press("Enter");
  },
  fill: async (target, text) => {
    await tabTo(target);
    await target.page().keyboard.press("Control+a");
    await target.page().keyboard.type(text);
  },
  choose: async (page, group, words) => {
    const radios = page.getByRole("radiogroup", { name: group });
    await tabTo(radios.getByRole("radio", { checked: true }));
    const wanted = radios.getByRole("radio", { name: words });
    for (let tries = 0; tries < 8 && !(await wanted.isChecked()); ++tries)
      await page.keyboard.press("ArrowRight");
    await expect(wanted).toBeChecked();
  },
};

/** Presses Tab until the target has the focus; fails when no way leads there. */
async function tabTo(target: Locator): Promise<void> {
  await expect(target).toBeVisible();
  const isThere = () => target.evaluate((element) => element === document.activeElement);
  for (let tabs = 0; tabs < TABS_MAX; ++tabs) {
    if (await isThere()) return;
    await target.page().keyboard.press("Tab");
  }
  throw new Error(`Tab never reaches ${target.toString()}`);
}
