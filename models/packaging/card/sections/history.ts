import type { LedgerEntry, WindowMeasurement } from '../../../../contracts/index.js';
import { defineSection } from '../card-section.js';
import { number, plain, table } from '../markdown.js';

interface History {
  readonly ledger: readonly Pick<
    LedgerEntry,
    'at' | 'asOf' | 'actor' | 'action' | 'from' | 'to' | 'reason'
  >[];
  /** The newest windows, oldest first. */
  readonly windows: readonly {
    readonly from: string;
    readonly to: string;
    readonly rows: number;
    readonly metric: string | null;
    readonly value: number | null;
    readonly verdict: string | null;
  }[];
}

const WINDOWS_SHOWN = 12;

/** What became of it after registration. */
export const history = defineSection<History>({
  id: 'history',
  title: 'Since registration',
  read: ({ since }) => ({
    content: {
      ledger: (since?.ledger ?? []).map(({ at, asOf, actor, action, from, to, reason }) => ({
        at,
        asOf,
        actor,
        action,
        from,
        to,
        reason,
      })),
      windows: (since?.measurements ?? []).slice(-WINDOWS_SHOWN).map(windowOf),
    },
    missing: [],
  }),
  markdown: ({ ledger, windows }) => [
    ...table(
      ['at', 'what', 'by', 'why'],
      ledger.map(({ at, action, actor, reason }) => [at, action, plain(actor), plain(reason)]),
    ),
    ...table(
      ['window', 'rows', 'metric', 'value', 'performance'],
      windows.map(({ from, to, rows, metric, value, verdict }) => [
        `${from} to ${to}`,
        String(rows),
        metric ?? 'none',
        number(value),
        verdict ?? 'not watched',
      ]),
    ),
  ],
});

function windowOf({ window, rows, performance }: WindowMeasurement): History['windows'][number] {
  return {
    from: window.start,
    to: window.end,
    rows,
    metric: performance?.metric ?? null,
    value: performance?.value ?? null,
    verdict: performance?.verdict ?? null,
  };
}
