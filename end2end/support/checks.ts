// What must hold on any page, whatever stands on it.
import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

/** Each width in one theme: the width moves things, the theme colours them, and neither does both. */
const LOOKS = [
  { size: { width: 390, height: 844 }, colorScheme: 'dark' },
  { size: { width: 1280, height: 800 }, colorScheme: 'light' },
] as const;

/** Adds up what moves on each page that is opened from now on, in the unit of the Layout Instability API. */
export async function watchShifts(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const seen = window as Window & { shifts?: number };
    seen.shifts = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & { value: number })[]) {
        seen.shifts = (seen.shifts ?? 0) + entry.value;
      }
    }).observe({ type: 'layout-shift', buffered: true });
  });
}

/** Nothing moved while the page that is open was loaded. */
export async function expectNoShift(page: Page, where: string): Promise<void> {
  const shifts = await page.evaluate(() => (window as Window & { shifts?: number }).shifts);
  expect(shifts, `${where}: what moved while it was loaded`).toBeLessThan(0.01);
}

/** The page that is open is accessible and fits, on a phone in the dark and on a desk. Leaves it on the desk. */
export async function expectSound(page: Page, where: string): Promise<void> {
  for (const { size, colorScheme } of LOOKS) {
    await page.setViewportSize(size);
    await page.emulateMedia({ colorScheme });
    await expectAccessible(page, `${where}, ${size.width} px, ${colorScheme}`);
    const [content, window] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    expect(content, `${where} is wider than ${size.width} px`).toBeLessThanOrEqual(window ?? 0);
    if (size.width < 600) expect(await tooSmall(page), `${where}: too small for fingers`).toEqual([]);
  }
}

async function expectAccessible(page: Page, where: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' | ')}`);
  expect(found, where).toEqual([]);
}

/** What is pressed, ticked or filled in and less than 44 px high. Links within a sentence may be, and an app's card is
 * its link's target. */
function tooSmall(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const targets = document.querySelectorAll('a, button, input:not([type=hidden]), select, summary, textarea');
    return [...targets].flatMap((target) => {
      const shown = target.checkVisibility() && !target.closest('.visually-hidden, .skip, .app');
      const inSentence = target.matches('a:not(.button, .name)') && target.closest('p, dd, .notice');
      const pressed = target.matches('[type=checkbox], [type=radio]') ? (target.closest('label') ?? target) : target;
      const { width, height } = pressed.getBoundingClientRect();
      return shown && !inSentence && height < 43.5 ? [`${Math.round(width)} x ${Math.round(height)}: ${target.outerHTML}`] : [];
    });
  });
}
