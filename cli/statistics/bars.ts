const BARS = [...'▁▂▃▄▅▆▇█'];

/**
 * Counts as a line of bars, the highest full. A bin without rows is blank, so that few are told
 * from none.
 *
 * @param most - bars to draw; with more bins, as many neighbours as needed share a bar
 * @example bars([0, 1, 4, 8]); // ' ▁▄█'
 */
export function bars(counts: readonly number[], most = counts.length): string {
  const together = Math.max(1, Math.ceil(counts.length / most));
  const heights = Array.from({ length: Math.ceil(counts.length / together) }, (_, i) =>
    counts.slice(i * together, (i + 1) * together).reduce((sum, count) => sum + count, 0),
  );
  const highest = Math.max(...heights, 1);
  return heights
    .map((height) =>
      height === 0 ? ' ' : (BARS[Math.ceil((height / highest) * BARS.length) - 1] ?? '▁'),
    )
    .join('');
}
