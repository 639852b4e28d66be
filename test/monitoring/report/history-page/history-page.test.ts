import { describe, expect, it } from 'vitest';
import type { FeatureWindow } from '../../../../contracts/index.js';
import { featureHistoryPage } from '../../../../monitoring/report/history-page/index.js';
import { outsideShare, ValueAxis } from '../../../../monitoring/report/history-page/shapes.js';
import { categoriesOverTime, HOSTILE, numbersOverTime } from './sample-history.js';

const ABOUT = { generatedAt: '2026-01-31T12:00:00Z', version: '1.2.3' };

const rowsOf = (html: string): readonly string[] =>
  html.slice(html.indexOf('<tbody>'), html.indexOf('</tbody>')).split('<tr ').slice(1);

describe('the page of a feature over time', () => {
  const page = featureHistoryPage(numbersOverTime(), ABOUT);

  it('has a row each window, with what drifted and where a version begins', () => {
    const rows = rowsOf(page);
    expect(rows).toHaveLength(26);
    expect(rows.filter((row) => row.startsWith('class="drift'))).toHaveLength(5);
    expect(rows.findIndex((row, i) => i > 0 && row.includes(' first"'))).toBe(16);
    expect(rows.every((row) => row.includes('class="current"'))).toBe(true);
    expect(page).toContain('26 windows of 2 versions; the feature drifted in 5.');
  });

  it('is one file that asks nobody for anything, whatever the data is called', () => {
    const hostile = featureHistoryPage(numbersOverTime(HOSTILE, HOSTILE), ABOUT);
    for (const html of [page, hostile, featureHistoryPage(categoriesOverTime(), ABOUT)]) {
      expect(html).toContain('default-src &#39;none&#39;');
      expect(html).not.toMatch(/(src|href)="(?!#)/);
      expect(html).not.toContain('<script>alert');
      expect(html).not.toMatch(/NaN|undefined|Infinity/);
    }
  });

  it('draws categories side by side and names them', () => {
    const html = featureHistoryPage(categoriesOverTime(), ABOUT);
    expect(html).toContain('>clear</text>');
    expect(html).toContain('>others</text>');
    expect(rowsOf(html).every((row) => row.includes('not watched'))).toBe(true);
  });

  it('of no window, or of a column without values, says so', () => {
    const none = { name: 'm', feature: 'f', windows: [] };
    expect(featureHistoryPage(none, ABOUT)).toContain('No window has been measured yet');
    const empty: FeatureWindow = {
      ...(numbersOverTime().windows[0] as FeatureWindow),
      bins: { of: 'numbers', edges: [] },
      reference: [],
      counts: [0],
      distance: null,
    };
    const html = featureHistoryPage({ ...none, windows: [empty] }, ABOUT);
    expect(html).toContain('no value');
    expect(html).not.toMatch(/NaN|Infinity/);
  });

  it('puts the windows of all versions on one axis', () => {
    const { windows } = numbersOverTime();
    const axis = new ValueAxis(windows);
    expect(axis.range).toEqual([0, 46]);
    expect(axis.isTrue).toBe(true);
    const [first, last] = [windows[0], windows.at(-1)].map((window) =>
      window === undefined ? null : axis.shapeOf(window),
    );
    expect(last?.places[0]).toBeCloseTo(axis.placeOf(6), 12);
    expect(first?.places.at(-1)).toBeCloseTo(axis.placeOf(40), 12);
    expect(Math.max(...(first?.current ?? []), ...(first?.reference ?? []))).toBe(1);
  });

  it('tells the share of rows outside of the range of the reference', () => {
    const [window] = numbersOverTime().windows;
    if (window === undefined) throw new Error('there is a window');
    const counts = window.counts.map((_, bin) => (bin === 0 ? 30 : bin === 1 ? 70 : 0));
    expect(outsideShare({ ...window, counts })).toBe(0.3);
    expect(outsideShare({ ...window, counts: counts.map(() => 0) })).toBeNull();
  });
});
