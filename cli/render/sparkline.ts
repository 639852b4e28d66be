const BARS = [...'▁▂▃▄▅▆▇█'];

/**
 * Numbers as a line of bars, from 0 to `full`; what is missing is a blank.
 *
 * @param full - what fills a bar; larger numbers do so too
 * @example sparkline([0, 0.05, null, 0.2], 0.2); // '▁▂ █'
 */
export function sparkline(values: readonly (number | null)[], full: number): string {
  return values
    .map((value) => {
      if (value === null) return ' ';
      const height = Math.min(1, Math.max(0, value) / full);
      return BARS[Math.max(0, Math.ceil(height * BARS.length) - 1)] ?? '▁';
    })
    .join('');
}
