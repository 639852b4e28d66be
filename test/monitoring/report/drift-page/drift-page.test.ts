import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { ColumnDrift, DriftReport } from '../../../../contracts/index.js';
import { byEvidence } from '../../../../monitoring/report/drift-page/evidence.js';
import { headline, method } from '../../../../monitoring/report/drift-page/headline.js';
import { driftPage } from '../../../../monitoring/report/drift-page/index.js';
import { emptyReport, HOSTILE_NAME, manyColumns, thirtyColumns } from './sample-report.js';

const ABOUT = { generatedAt: '2026-01-31T12:00:00Z', version: '1.2.3' };

function page({ report, pictures } = thirtyColumns()): string {
  return driftPage(report, pictures, ABOUT);
}

function withDataset(dataset: Partial<DriftReport['dataset']>): DriftReport {
  const { report } = thirtyColumns();
  return { ...report, dataset: { ...report.dataset, ...dataset } };
}

describe('the headline', () => {
  it.each([
    [{}, '4 of 29 columns drifted'],
    [{ columns: 1, drifted: 1 }, '1 of 1 column drifted'],
    [{ verdict: 'no-drift', drifted: 0 }, 'No drift in 29 columns'],
    [{ verdict: 'no-drift', drifted: 1 }, 'No drift as a whole: 1 of 29 columns drifted'],
    [{ verdict: 'insufficient', drifted: 0, columns: 0, share: null }, 'Too little data to tell'],
  ] as const)('of %o says %s', (dataset, text) => {
    expect(headline(withDataset(dataset))).toBe(text);
  });

  it('says that nothing was compared', () => {
    expect(headline(emptyReport().report)).toBe('There was no column to compare');
  });

  it('is followed by the method and its error rate', () => {
    const text = method(thirtyColumns().report);
    expect(text).toContain('α = 0.05');
    expect(text).toContain('Benjamini–Hochberg');
    expect(text).toContain('1 column could not be measured');
    expect(method(withDataset({ method: 'uncorrected' }))).toContain('not corrected');
  });
});

describe('columns', () => {
  const [first] = thirtyColumns().report.columns;
  const column = (name: string, change: Partial<ColumnDrift>): ColumnDrift => {
    if (first === undefined) throw new Error('the sample has columns');
    return { ...first, name, ...change };
  };
  const effect = (value: number | null) => ({ measure: 'm', value, threshold: 0.1 });

  it('are sorted by verdict, adjusted p, effect and name; what has no number comes last', () => {
    const sorted = byEvidence([
      column('few rows', { verdict: 'insufficient', adjustedPValue: null }),
      column('b', { verdict: 'no-drift', adjustedPValue: 0.001 }),
      column('no p', { verdict: 'drift', adjustedPValue: null }),
      column('weak', { verdict: 'drift', adjustedPValue: 0.04 }),
      column('small', { verdict: 'drift', adjustedPValue: 0, effect: effect(0.1) }),
      column('no effect', { verdict: 'drift', adjustedPValue: 0, effect: effect(null) }),
      column('large', { verdict: 'drift', adjustedPValue: 0, effect: effect(0.3) }),
      column('a', { verdict: 'no-drift', adjustedPValue: 0.001 }),
    ]);
    expect(sorted.map(({ name }) => name)).toEqual([
      'large',
      'small',
      'no effect',
      'weak',
      'no p',
      'a',
      'b',
      'few rows',
    ]);
  });

  it('called as what every object has are columns like any other', () => {
    const { report } = thirtyColumns();
    const named = { ...report, columns: [column('constructor', {}), column('__proto__', {})] };
    const html = driftPage(named, { columns: {}, strips: {}, timeColumn: null }, ABOUT);
    expect(html).toContain('<bdi>constructor</bdi>');
    expect(html).toContain('<bdi>__proto__</bdi>');
  });
});

describe('the page', () => {
  it('has nothing of the data unescaped', () => {
    const html = page();
    expect(html).not.toContain(HOSTILE_NAME);
    expect(html).not.toContain('<img');
    expect(html).not.toContain('<b>.parquet');
    expect(html.match(/<script/g)).toHaveLength(1);
  });

  it('allows the style and the script that it has, and nothing else', () => {
    const html = page();
    const policy = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(html)?.[1] ?? '';
    const hashOf = (element: string): string => {
      const content = new RegExp(`<${element}>([\\s\\S]*?)</${element}>`).exec(html)?.[1] ?? '';
      return `sha256-${createHash('sha256').update(content).digest('base64')}`;
    };
    expect(policy.replaceAll('&#39;', "'").split('; ')).toEqual([
      "default-src 'none'",
      `style-src '${hashOf('style')}'`,
      `script-src '${hashOf('script')}'`,
      "base-uri 'none'",
      "form-action 'none'",
    ]);
    expect(html).not.toMatch(/ (style|on\w+)="/);
  });

  it('never shows NaN, undefined, null or an object', () => {
    for (const sample of [thirtyColumns(), emptyReport(), manyColumns(20)]) {
      const body = page(sample).replace(/<(style|script)>[\s\S]*?<\/\1>/g, '');
      expect(body).not.toMatch(/NaN|undefined|\bnull\b|\[object/);
    }
  });

  it('gives the reason where there is no number', () => {
    const html = page();
    expect(html).toContain('the current data has no value');
    expect(html).toContain('— <small>see the note</small>');
    expect(html).toContain('No picture: vectors have no axis to draw them on.');
  });

  it('shows the difference in the unit of the column', () => {
    const html = page();
    expect(html).toContain('2025-04-11 → 2025-06-10 <small>+60 days</small>');
    expect(html).toContain('18.0 → 22.2 <small>+4.2</small>');
    expect(html).toContain('Share of “summer”');
  });

  it('is smaller than 1 MB for 100 columns with pictures and strips', () => {
    expect(Buffer.byteLength(page(manyColumns(100)))).toBeLessThan(1_000_000);
  });

  it('is whole without a column', () => {
    const html = page(emptyReport());
    expect(html).toContain('The two data sets have no column in common.');
    expect(html.trimEnd().endsWith('</html>')).toBe(true);
  });
});
