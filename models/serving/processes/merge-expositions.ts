interface FamilyText {
  /** Its help and its type. */
  readonly head: Set<string>;
  readonly series: string[];
}

/**
 * Puts the measures of several processes into one text, each series with the number of its process:
 * to sum them is for who reads them, since gauges and start times have no sum.
 *
 * @param texts - in the text format 0.0.4, by the number of the process
 * @returns the series of each family together, as the format asks
 * @example mergeExpositions([[1, '# TYPE up gauge\nup 1\n'], [2, '# TYPE up gauge\nup 1\n']]);
 * // '# TYPE up gauge\nup{process="1"} 1\nup{process="2"} 1\n'
 */
export function mergeExpositions(
  texts: Iterable<readonly [process: number, text: string]>,
): string {
  const families = new Map<string, FamilyText>();
  for (const [process, text] of texts) {
    let family: FamilyText | undefined;
    for (const line of text.split('\n')) {
      const name = /^# (?:HELP|TYPE) (\S+)/.exec(line)?.[1];
      if (name === undefined) {
        if (line !== '') family?.series.push(withProcess(line, process));
        continue;
      }
      family = families.get(name) ?? { head: new Set(), series: [] };
      family.head.add(line);
      families.set(name, family);
    }
  }
  const lines = [...families.values()].flatMap(({ head, series }) => [...head, ...series]);
  return `${lines.join('\n')}\n`;
}

/** The name of a series ends at its labels, or at its value where it has none. */
function withProcess(series: string, process: number): string {
  const label = `process="${process}"`;
  return series.replace(/^(\w+)(?:\{| )/, (head, name) =>
    head.endsWith('{') ? `${name}{${label},` : `${name}{${label}} `,
  );
}
