import type { FeatureHistory, FeatureWindow } from '../../../../contracts/index.js';

/** Name that would break out of a page that does not escape it. */
export const HOSTILE = '<script>alert(1)</script>"\'&';

const WEEK_MS = 7 * 86_400_000;
const EDGES = [0, 8, 12, 15, 17, 19, 21, 23, 26, 30, 40];

function week(index: number): FeatureWindow['window'] {
  const at = (ms: number) => new Date(ms).toISOString().replace('.000', '');
  const start = Date.UTC(2024, 0, 1) + index * WEEK_MS;
  return { start: at(start), end: at(start + WEEK_MS) };
}

/** Half a year of numbers that wander off, the second version on bins of its own. */
export function numbersOverTime(feature = 'temperature', name = 'bike-demand'): FeatureHistory {
  const windows = Array.from({ length: 26 }, (_, i): FeatureWindow => {
    const isSecond = i >= 16;
    const edges = isSecond ? EDGES.map((edge) => edge + 6) : EDGES;
    const centre = 19 + (isSecond ? 6 : i * 0.4);
    const counts = Array.from({ length: edges.length + 1 }, (__, bin) => {
      const middle = ((edges[bin - 1] ?? edges[0] ?? 0) + (edges[bin] ?? edges.at(-1) ?? 0)) / 2;
      return Math.round(400 * Math.exp(-(((middle - centre) / 8) ** 2)));
    });
    const distance = isSecond ? 0.04 : 0.02 * i;
    return {
      window: week(i),
      version: isSecond ? 2 : 1,
      rows: counts.reduce((sum, count) => sum + count, 12),
      missing: 12,
      bins: { of: 'numbers', edges },
      reference: [0, ...edges.slice(1).map(() => 100), 0],
      counts,
      distance,
      verdict: i === 0 ? 'insufficient' : distance > 0.2 ? 'drift' : 'no-drift',
    };
  });
  return { name, feature, windows };
}

export function categoriesOverTime(): FeatureHistory {
  const windows = Array.from(
    { length: 6 },
    (_, i): FeatureWindow => ({
      window: week(i),
      version: 1,
      rows: 100,
      missing: 0,
      bins: { of: 'categories', categories: ['clear', HOSTILE, 'snow'] },
      reference: [60, 30, 10, 0],
      counts: [60 - 8 * i, 30, 10, 8 * i],
      distance: 0.05 * i,
      verdict: null,
    }),
  );
  return { name: 'bike-demand', feature: 'weather', windows };
}
