import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DARK_LINES, LIGHT_LINES } from '../../../../monitoring/report/backtest-page/colours.js';
import {
  backtestPage,
  STANDALONE_PICTURES,
} from '../../../../monitoring/report/backtest-page/index.js';
import { apart } from '../../../../monitoring/report/backtest-page/regret-chart.js';
import { pathThrough, timeTicks } from '../../../../monitoring/report/backtest-page/scale.js';
import { DARK, LIGHT } from '../../../../monitoring/report/drift-page/palette.js';
import { reasonWithoutChromium, startChromium } from '../../../support/chromium.js';
import { contrast } from '../drift-page/contrast.js';
import {
  UNNAMED_PICTURES,
  VISIBLE_TEXTS,
  type VisibleText,
} from '../drift-page/seen-by-a-browser.js';
import { sampleBacktest } from './sample-backtest.js';

const ABOUT = { generatedAt: '2026-01-31T12:00:00Z', version: '1.2.3' };

describe('the page of a backtest', () => {
  it('shows what comes from data as text', () => {
    const page = backtestPage(sampleBacktest(), ABOUT);
    expect(page).not.toContain('<script>alert');
    expect(page).toContain('&lt;script&gt;alert');
  });

  it('says first how the policy stands against the best that needs none', () => {
    const page = backtestPage(sampleBacktest(['policy']), ABOUT);
    expect(page).toMatch(/<h1>policy, with 1 retrains?, has a mae .* larger than weekly/);
    expect(page).toContain('Cheapest cadence within 5.0\u00A0% of the best: weekly');
    expect(page).toContain('policy: 1 of 1 known drifts found after 7d; 1 of 2 alarms were false.');
  });

  it('has one policy to draw as well as many', () => {
    const names = Array.from({ length: 12 }, (_, i) => `variant-${i}`);
    for (const name of names) {
      expect(backtestPage(sampleBacktest(names), ABOUT)).toContain(`>${name}</text>`);
    }
  });

  it('draws pictures that stand by themselves, without what only a pointer tells', () => {
    for (const picture of Object.values(STANDALONE_PICTURES)) {
      const svg = picture(sampleBacktest());
      expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" /);
      expect(svg).toContain('prefers-color-scheme: dark');
      expect(svg).not.toContain('<title>');
    }
  });
});

it.each([
  ['light', LIGHT_LINES, LIGHT],
  ['dark', DARK_LINES, DARK],
] as const)('draws lines whose names can be read on a %s card', (_theme, lines, { card }) => {
  for (const line of lines) expect(contrast(line, card)).toBeGreaterThanOrEqual(4.5);
});

it('breaks a line where a window has no error, and moves names off one another', () => {
  expect(pathThrough([[0, 1], [1, 2], null, [3, 4]])).toBe('M0 1L1 2M3 4');
  const moved = apart([{ y: 100 }, { y: 101 }, { y: 10 }]).map(({ y }) => y);
  expect(moved).toEqual([10, 100, 114]);
  expect(Math.max(...apart([{ y: 262 }, { y: 263 }, { y: 264 }]).map(({ y }) => y))).toBe(266);
});

it('marks months or years, as many as have room', () => {
  const ticks = timeTicks(Date.UTC(2011, 3, 4), Date.UTC(2012, 11, 31), 10);
  expect(ticks.map((ms) => new Date(ms).toISOString().slice(0, 7))).toEqual([
    '2011-07',
    '2011-10',
    '2012-01',
    '2012-04',
    '2012-07',
    '2012-10',
  ]);
});

const missing = reasonWithoutChromium();
describe.skipIf(missing !== null)(`in a browser${missing === null ? '' : ` (${missing})`}`, () => {
  let browser: Browser;
  let directory = '';
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'millrace-backtest-page-'));
    browser = await startChromium();
  });
  afterAll(async () => {
    await browser.close();
    await rm(directory, { recursive: true, force: true });
  });

  it.each(['light', 'dark'] as const)('is legible, named and quiet in %s', async (colorScheme) => {
    const file = join(directory, 'backtest.html');
    await writeFile(file, backtestPage(sampleBacktest(), ABOUT));
    const context = await browser.newContext({ colorScheme });
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
    expect(requests).toHaveLength(1);
    expect(complaints).toEqual([]);
    expect(await page.evaluate(UNNAMED_PICTURES)).toEqual([]);
    const texts: VisibleText[] = await page.evaluate(VISIBLE_TEXTS);
    const faint = texts.filter(({ colour, ground }) => contrast(colour, ground) < 4.5);
    expect(faint).toEqual([]);
    await page.setViewportSize({ width: 360, height: 740 });
    const overflow = await page.evaluate('document.documentElement.scrollWidth > innerWidth');
    expect(overflow).toBe(false);
    await context.close();
  });
});
