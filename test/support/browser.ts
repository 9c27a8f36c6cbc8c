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

interface AxeViolation {
  id: string;
  help: string;
  nodes: { html: string }[];
}

/** WCAG 2.2 A and AA, as axe judges them. @returns a line for each violation. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  // Through the debugging protocol, which the page's Content-Security-Policy does not bind.
  await page.evaluate(AXE);
  const violations = (await page.evaluate(
    `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] }).then((r) => r.violations)`,
  )) as AxeViolation[];
  return violations.map(
    ({ id, help, nodes }) => `${page.url()} ${id}: ${help}\n  ${nodes.map(({ html }) => html).join('\n  ')}`,
  );
}
