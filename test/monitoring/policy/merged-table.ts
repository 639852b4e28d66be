/** One thing that may be so or otherwise, and each way in which it may be. */
export interface Sign<Shown> {
  readonly title: string;
  readonly ways: readonly (readonly [text: string, shown: Shown])[];
}

/** A way of each of the first signs; of all of them it is one case. */
export type Choice = readonly number[];

/** One line of a table: for each sign the ways that it covers, and what comes of them. */
export interface Row {
  readonly ways: readonly (readonly number[])[];
  readonly outcome: string;
}

/** Every case that there can be. */
export function allChoices(signs: readonly Sign<unknown>[]): readonly Choice[] {
  return signs.reduce<readonly Choice[]>(
    (choices, { ways }) => choices.flatMap((choice) => ways.map((_, way) => [...choice, way])),
    [[]],
  );
}

export function shownBy<Shown>(signs: readonly Sign<Shown>[], choice: Choice): readonly Shown[] {
  return choice.flatMap((way, sign) => {
    const shown = signs[sign]?.ways[way]?.[1];
    return shown === undefined ? [] : [shown];
  });
}

export function covers({ ways }: Row, choice: Choice): boolean {
  return choice.every((way, sign) => ways[sign]?.includes(way));
}

/** All cases as lines: those that differ in the ways of one sign alone become one. */
export function mergedRows(
  signs: readonly Sign<unknown>[],
  outcomeOf: (choice: Choice) => string,
): readonly Row[] {
  const rows: Row[] = allChoices(signs).map((choice) => ({
    ways: choice.map((way) => [way]),
    outcome: outcomeOf(choice),
  }));
  // The last signs first: what is looked at early stays apart longest.
  for (let merged = true; merged; ) {
    merged = false;
    for (let sign = signs.length - 1; sign >= 0; sign -= 1) {
      const bySignature = new Map<string, Row[]>();
      for (const row of rows) {
        const key = JSON.stringify([row.outcome, row.ways.filter((_, other) => other !== sign)]);
        bySignature.set(key, [...(bySignature.get(key) ?? []), row]);
      }
      if (bySignature.size === rows.length) continue;
      merged = true;
      const together = [...bySignature.values()].map((group): Row => {
        const [first] = group;
        const all = group.flatMap(({ ways }) => ways[sign] ?? []).sort((x, y) => x - y);
        return {
          outcome: first?.outcome ?? '',
          ways: (first?.ways ?? []).map((ways, other) => (other === sign ? all : ways)),
        };
      });
      rows.splice(0, rows.length, ...together);
    }
  }
  return rows;
}

/** The lines as Markdown; – where a sign makes no difference. */
export function markdownTable(
  signs: readonly Sign<unknown>[],
  rows: readonly Row[],
  outcomeTitle: string,
): string {
  const lines = rows.map(({ ways, outcome }) => {
    const cells = ways.map((taken, sign) => {
      const all = signs[sign]?.ways ?? [];
      if (taken.length === all.length) return '–';
      return taken.map((way) => all[way]?.[0]).join(' / ');
    });
    return `| ${[...cells, outcome].join(' | ')} |`;
  });
  const titles = [...signs.map(({ title }) => title), outcomeTitle];
  return [`| ${titles.join(' | ')} |`, `| ${titles.map(() => '---').join(' | ')} |`, ...lines].join(
    '\n',
  );
}
