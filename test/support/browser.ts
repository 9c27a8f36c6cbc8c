import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import type { Actor } from './actor';

const AXE = readFileSync(createRequire(__filename).resolve('axe-core/axe.min.js'), 'utf8');
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Debian's Chromium without a window. */
export function startBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: '/usr/bin/chromium', args: FLAGS });
}

/** A page in a browser of the actor's own, signed in through the form. */
export async function signIn(browser: Browser, actor: Actor, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ baseURL: actor.hub.url, ...options });
  const page = await context.newPage();
  await page.goto('/login');
  await page.fill('input[name=login]', actor.name);
  await page.fill('input[name=password]', actor.password);
  await page.press('input[name=password]', 'Enter');
  await page.waitForURL(`${actor.hub.url}/`);
  return page;
}

/** What a page complains about: errors of scripts, refusals of the Content-Security-Policy, failed loads. */
export function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(`${page.url()}: ${error.message}`));
  page.on('console', (message) => {
    // A failed load names what was loaded in its place, not in its text.
    if (message.type() === 'error')
      complaints.push(`${page.url()}: ${message.text()} ${message.location().url}`.trim());
  });
  return complaints;
}

const EVERYTHING = { tags: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] };
/** Landmarks and headings, and what a finger can press: quickly judged, where many pages are. */
export const STRUCTURE = {
  rules: [
    ...['landmark-unique', 'landmark-one-main', 'landmark-no-duplicate-main', 'landmark-no-duplicate-banner', 'region'],
    ...['heading-order', 'page-has-heading-one', 'empty-heading', 'duplicate-id-aria', 'label', 'button-name'],
    'target-size',
  ],
};

interface AxeViolation {
  id: string;
  help: string;
  nodes: { html: string }[];
}

/** All that axe judges, unless told: WCAG 2.2 A and AA, and good practice. @returns a line for each violation. */
export async function accessibilityFaults(
  page: Page,
  judged: { tags: string[] } | { rules: string[] } = EVERYTHING,
): Promise<string[]> {
  // Through the debugging protocol, which the page's Content-Security-Policy does not bind.
  await page.evaluate(AXE);
  const runOnly = 'tags' in judged ? judged.tags : judged.rules;
  const violations = (await page.evaluate(
    `axe.run(document, ${JSON.stringify({ runOnly })}).then((r) => r.violations)`,
  )) as AxeViolation[];
  return violations.map(
    ({ id, help, nodes }) => `${page.url()} ${id}: ${help}\n  ${nodes.map(({ html }) => html).join('\n  ')}`,
  );
}

/**
 * A page that is wider than its window, with any of its menus open, too; and what stands out of the page's column and
 * is not scrolled within it. @returns a line for each.
 */
const LAYOUT = `(() => {
  const root = document.documentElement;
  const isTooWide = () => root.scrollWidth > root.clientWidth;
  const faults = isTooWide() ? ['the page is ' + (root.scrollWidth - root.clientWidth) + ' px too wide'] : [];
  const isClipped = (element) => element.closest('.sr-only') ||
    [...function* () { for (let up = element.parentElement; up; up = up.parentElement) yield up; }()]
      .some((up) => getComputedStyle(up).overflowX !== 'visible');
  for (const element of document.querySelectorAll('main > * *')) {
    const { left, right, width } = element.getBoundingClientRect();
    // The row of tabs reaches a little into the margin.
    if (width > 0 && (right > root.clientWidth - 11 || left < 11) && !isClipped(element)) {
      faults.push('out of the column: ' + element.tagName + ' ' + element.textContent.slice(0, 40));
    }
  }
  for (const menu of isTooWide() ? [] : document.querySelectorAll('details:not([open])')) {
    menu.open = true;
    if (isTooWide()) faults.push('too wide with the menu open: ' + menu.textContent.slice(0, 40));
    menu.open = false;
  }
  return faults;
})()`;

export async function layoutFaults(page: Page): Promise<string[]> {
  return (await page.evaluate(LAYOUT)) as string[];
}
