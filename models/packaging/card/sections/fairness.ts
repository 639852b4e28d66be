import type { FairnessMeasurement } from '../../../../contracts/index.js';
import type { CardFacts } from '../card-facts.js';
import { defineSection, wanted } from '../card-section.js';
import { code, number, plain, table } from '../markdown.js';

interface Measured {
  readonly column: string;
  readonly criterion: string;
  readonly verdict: FairnessMeasurement['verdict'];
  readonly difference: number | null;
  readonly ratio: number | null;
  /** Where: `hold-out`, or the window of the monitor. */
  readonly on: string;
}

/** Groups that are to be treated alike, as registration and the monitor measured them. */
export const fairness = defineSection<{ readonly measured: readonly Measured[] }>({
  id: 'fairness',
  title: 'Fairness',
  read(known) {
    const configured = known.record.monitor?.fairness ?? [];
    const measured = fairnessOf(known);
    const absent = configured.filter(
      ({ column, criterion }) =>
        !measured.some((item) => item.column === column && item.criterion === criterion),
    );
    return {
      content: { measured },
      missing: [
        wanted(configured.length === 0, 'a fairness check (`monitor.fairness`)'),
        ...absent.map(({ column, criterion }) =>
          wanted(true, `a measured ${criterion} over ${column}`),
        ),
      ],
    };
  },
  markdown: ({ measured }) =>
    table(
      ['column', 'criterion', 'verdict', 'difference', 'ratio', 'measured on'],
      measured.map(({ column, criterion, verdict, difference, ratio, on }) => [
        code(column),
        criterion,
        verdict,
        number(difference),
        number(ratio),
        plain(on),
      ]),
    ),
});

function fairnessOf({ profile, since }: CardFacts): readonly Measured[] {
  const newest = since?.measurements.findLast(({ fairness: found }) => found !== undefined);
  const { start, end } = newest?.window ?? {};
  return [
    ...(profile?.fairness ?? []).map((item) => measuredOn(item, 'hold-out')),
    ...(newest?.fairness ?? []).map((item) => measuredOn(item, `${start} to ${end}`)),
  ];
}

function measuredOn(
  { column, criterion, verdict, difference, ratio }: FairnessMeasurement,
  on: string,
): Measured {
  return { column, criterion, verdict, difference, ratio, on };
}
