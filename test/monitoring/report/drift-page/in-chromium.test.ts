import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { driftPage } from '../../../../monitoring/report/drift-page/index.js';
import { reasonWithoutChromium, startChromium } from '../../../support/chromium.js';
import { contrast } from './contrast.js';
import {
  emptyReport,
  HOSTILE_NAME,
  manyColumns,
  type Sample,
  thirtyColumns,
} from './sample-report.js';
import { UNNAMED_PICTURES, VISIBLE_TEXTS, type VisibleText } from './seen-by-a-browser.js';

const ABOUT = { generatedAt: '2026-01-31T12:00:00Z', version: '1.2.3' };
const PHONE = { width: 360, height: 740 };
const DESKTOP = { width: 1280, height: 900 };

const missing = reasonWithoutChromium();
let browser: Browser;
let directory = '';

beforeAll(async () => {
  if (missing !== null) return;
  directory = await mkdtemp(join(tmpdir(), 'millrace-page-'));
  browser = await startChromium();
});
afterAll(async () => {
  if (missing !== null) return;
  await browser.close();
  await rm(directory, { recursive: true, force: true });
});
beforeEach(({ skip }) => skip(missing !== null, missing ?? ''));
afterEach(async () => {
  if (missing !== null) return;
  await Promise.all(browser.contexts().map((context) => context.close()));
});

interface Opened {
  readonly page: Page;
  /** Everything that was asked for, the page itself included. */
  readonly requests: readonly string[];
  /** Errors and warnings of the console, and what scripts threw. */
  readonly complaints: readonly string[];
}

/** Opens the page of a sample from a file, as a user does. */
async function open(sample: Sample, options: BrowserContextOptions = {}): Promise<Opened> {
  const file = join(directory, 'drift.html');
  await writeFile(file, driftPage(sample.report, sample.pictures, ABOUT));
  const context = await browser.newContext({ viewport: DESKTOP, ...options });
  const requests: string[] = [];
  const complaints: string[] = [];
  await context.route('**/*', (route) => {
    requests.push(route.request().url());
    return route.continue();
  });
  const page = await context.newPage();
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(pathToFileURL(file).href);
  return { page, requests, complaints };
}

async function openAllCards(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Open all' }).click();
}

const SAMPLES: [string, () => Sample][] = [
  ['thirty columns', thirtyColumns],
  ['a hundred columns', () => manyColumns(100)],
  ['no column', emptyReport],
];

describe.each(SAMPLES)('the page of %s', (_name, sample) => {
  it('asks for nothing, and no console complains', async () => {
    const { page, requests, complaints } = await open(sample());
    if (sample().report.columns.length > 0) await openAllCards(page);
    expect(requests).toEqual([page.url()]);
    expect(complaints).toEqual([]);
  });

  it('has no horizontal scroll at the width of a phone, closed and open', async () => {
    const { page } = await open(sample(), { viewport: PHONE });
    const width = () => page.evaluate('document.documentElement.scrollWidth');
    expect(await width()).toBe(PHONE.width);
    if (sample().report.columns.length > 0) await openAllCards(page);
    expect(await width()).toBe(PHONE.width);
  });
});

describe.each(['light', 'dark'] as const)('in the %s theme', (colorScheme) => {
  it('every text can be read', async () => {
    const { page } = await open(thirtyColumns(), { colorScheme });
    await openAllCards(page);
    const texts = await page.evaluate<VisibleText[]>(VISIBLE_TEXTS);
    expect(texts.length).toBeGreaterThan(500);
    const faint = texts.filter(({ colour, ground }) => contrast(colour, ground) < 4.5);
    expect(faint).toEqual([]);
  });

  it('the button changes to the other', async () => {
    const { page } = await open(thirtyColumns(), { colorScheme });
    const ground = () => page.evaluate('getComputedStyle(document.body).backgroundColor');
    const before = await ground();
    const other = colorScheme === 'light' ? 'Dark theme' : 'Light theme';
    await page.getByRole('button', { name: other }).click();
    expect(await ground()).not.toBe(before);
    await page.getByRole('button', { name: /theme/ }).click();
    expect(await ground()).toBe(before);
  });
});

describe('by keyboard', () => {
  it('the first stop skips to the columns', async () => {
    const { page } = await open(thirtyColumns());
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the columns');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.evaluate('document.activeElement.id')).toBe('columns');
  });

  it('a card is reached with a visible focus, and opens and closes', async () => {
    const { page } = await open(thirtyColumns());
    await page.locator('#columns').focus();
    const card = page.locator('details.column').first();
    // The heading, the button that opens all, the first card.
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    const focused = 'document.activeElement';
    expect(await page.evaluate(`${focused}.tagName`)).toBe('SUMMARY');
    expect(await page.evaluate(`getComputedStyle(${focused}).outlineStyle`)).toBe('solid');
    expect(await card.getAttribute('open')).toBe('');
    await page.keyboard.press('Enter');
    expect(await card.getAttribute('open')).toBeNull();
    await page.keyboard.press('Space');
    expect(await card.getAttribute('open')).toBe('');
  });
});

describe('the cards', () => {
  it('stand by evidence; the drifted ones are open, and a link opens another', async () => {
    const { page } = await open(thirtyColumns());
    const verdicts = await page.locator('details.column > summary .word').allTextContents();
    expect(verdicts).toEqual([
      ...Array(4).fill('drift'),
      ...Array(25).fill('no drift'),
      'insufficient',
    ]);
    expect(await page.locator('details.column[open]').count()).toBe(4);
    await page.locator('table a', { hasText: 'feature_18' }).click();
    // The page is told of the link after the click.
    await page.locator('details.column[open]', { hasText: 'feature_18' }).waitFor();
    expect(await page.locator('details.column[open]').count()).toBe(5);
  });

  it('show a hostile name as its text', async () => {
    const { page, requests } = await open(thirtyColumns());
    expect(await page.title()).toMatch(/^4 of 29 columns drifted/);
    expect(await page.locator('.name bdi', { hasText: HOSTILE_NAME }).textContent()).toBe(
      HOSTILE_NAME,
    );
    expect(requests).toHaveLength(1);
  });

  it('have a name in numbers for every picture, or hide it beside the same numbers', async () => {
    const { page } = await open(thirtyColumns());
    await openAllCards(page);
    expect(await page.evaluate(UNNAMED_PICTURES)).toEqual([]);
    const temperature = page.locator('details.column', { hasText: 'temperature' }).first();
    const names = await temperature
      .locator('[role=img][aria-label]')
      .evaluateAll((pictures) => pictures.map((picture) => picture.getAttribute('aria-label')));
    expect(names[0]).toMatch(/^Distributions of temperature\. The reference is most frequent at /);
    expect(names[1]).toMatch(/^temperature over ordered at, from 2025-01-01 to 2026-02-18: /);
    const season = page.getByRole('group', { name: /^Shares of 4 categories of season\./ });
    expect(await season.textContent()).toContain('25.4 % → 37.3 %'.replaceAll(' %', '\u00A0%'));
  });
});

describe('the table', () => {
  it('is copied as tab-separated text, without a network', async () => {
    const { page } = await open(thirtyColumns(), {
      permissions: ['clipboard-read', 'clipboard-write'],
      offline: true,
    });
    await page.getByRole('button', { name: 'Copy as a table' }).click();
    await page.getByText('30 rows copied').waitFor();
    const copied = await page.evaluate<string>('navigator.clipboard.readText()');
    const rows = copied.split('\n').map((line) => line.split('\t'));
    expect(rows).toHaveLength(31);
    expect(new Set(rows.map((row) => row.length))).toEqual(new Set([19]));
    const cell = (name: string, title: string) =>
      rows.find(([first]) => first === name)?.[rows[0]?.indexOf(title) ?? -1];
    expect(cell('temperature', 'p adjusted')).toBe('4.2e-15');
    expect(cell('temperature', 'verdict')).toBe('drift');
    expect(cell('ordered at', 'current')).toBe('2025-06-10 00:00:00');
    expect(cell('empty now', 'statistic')).toBe('');
    expect(cell(HOSTILE_NAME, 'kind')).toBe('numeric');
  });

  it('is selected where there is no clipboard', async () => {
    const { page } = await open(thirtyColumns());
    // What `defineProperty` returns cannot leave the page.
    await page.evaluate("void Object.defineProperty(navigator, 'clipboard', { value: undefined })");
    await page.getByRole('button', { name: 'Copy as a table' }).click();
    await expect.poll(() => page.getByRole('status').textContent()).toMatch(/^Selected/);
    const selected = await page.evaluate<string>('getSelection().toString()');
    expect(selected.trimEnd().split('\n')).toHaveLength(31);
  });
});

it('without scripts only the buttons are missing', async () => {
  const { page } = await open(thirtyColumns(), { javaScriptEnabled: false });
  expect(await page.getByRole('button').count()).toBe(0);
  expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe(
    '4 of 29 columns drifted',
  );
});
