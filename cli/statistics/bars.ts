const BARS = [...'▁▂▃▄▅▆▇█'];

/**
 * Counts as a line of bars, the highest full. A bin without rows is blank, so that few are told
 * from none.
 *
 * @example bars([0, 1, 4, 8]); // ' ▁▄█'
 */
export function bars(counts: readonly number[]): string {
  const most = Math.max(...counts, 1);
  return counts
    .map((count) =>
      count === 0 ? ' ' : (BARS[Math.ceil((count / most) * BARS.length) - 1] ?? '▁'),
    )
    .join('');
}
