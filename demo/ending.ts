import { relative } from 'node:path';
import { ledgerSentence } from '../cli/models/sentences.js';
import { createStyle } from '../cli/render/style.js';
import { renderTable, wrap } from '../cli/render/table.js';
import type { LedgerEntry } from '../contracts/index.js';
import { EXAMPLE_DIRECTORY } from './stage.js';
import { MODEL, type Story, type WeekResult } from './story.js';

/** One change of the served version, with the error of the week before and of the week after. */
export interface VersionChange {
  readonly version: number;
  /** Event time. */
  readonly when: string;
  readonly action: string;
  readonly why: string;
  readonly errorBefore: number | null;
  readonly errorAfter: number | null;
}

export interface DemoDocument {
  readonly model: string;
  readonly metric: 'mae';
  readonly versions: readonly VersionChange[];
  readonly weeks: readonly object[];
  readonly badVersion: number;
  readonly rollback: Story['rollback'] & { readonly confirmed: boolean };
  readonly ledger: readonly LedgerEntry[];
  readonly commands: readonly string[];
  readonly durationMs: number;
}

const MOVES = ['promoted', 'rolled-back', 'compensated'];

export function documentOf(
  story: Story,
  ledger: readonly LedgerEntry[],
  durationMs: number,
): DemoDocument {
  return {
    model: MODEL,
    metric: 'mae',
    versions: ledger
      .filter(({ action }) => MOVES.includes(action))
      .map((entry) => changeOf(entry, story.weeks)),
    weeks: story.weeks.map(weekDocument),
    badVersion: story.badVersion,
    rollback: {
      ...story.rollback,
      confirmed: story.rollback.expected === story.rollback.servedByGateway,
    },
    ledger,
    commands: commands(),
    durationMs,
  };
}

function changeOf(entry: LedgerEntry, weeks: readonly WeekResult[]): VersionChange {
  const changedMs = Date.parse(entry.asOf);
  const before = weeks.findLast(({ end }) => Date.parse(end) <= changedMs);
  const after = weeks.find(({ start }) => Date.parse(start) >= changedMs);
  return {
    version: entry.to ?? 0,
    when: entry.asOf,
    action: entry.action,
    why: entry.reason,
    errorBefore: errorOf(before),
    errorAfter: errorOf(after),
  };
}

function errorOf(week: WeekResult | undefined): number | null {
  return week?.measurement?.performance?.value ?? null;
}

function weekDocument({
  start,
  end,
  predictions,
  measurement,
  decision,
  response,
}: WeekResult): object {
  return {
    start,
    end,
    predictions,
    version: decision.version,
    mae: measurement?.performance?.value ?? null,
    baseline: measurement?.performance?.baseline ?? null,
    relativeLoss: measurement?.performance?.relativeLoss ?? null,
    driftedColumns: measurement?.featureDrift?.driftedColumns ?? [],
    previous: measurement?.previous ?? null,
    inputsSinceDeploy: measurement?.inputsSinceDeploy ?? null,
    verdict: decision.verdict,
    signalled: decision.signalled,
    response: response === null ? null : { action: response.action, reason: response.reason },
  };
}

/** What a person types next. */
export function commands(): readonly string[] {
  return [
    `cd ${relative(process.cwd(), EXAMPLE_DIRECTORY) || '.'}`,
    `npx millrace models show ${MODEL}`,
    `npx millrace monitor history ${MODEL}`,
    'npx millrace runs',
    'npx millrace show latest',
    'npx millrace up',
  ];
}

/** The end of the demo in words. */
export function endingLines(document: DemoDocument, width: number): readonly string[] {
  const style = createStyle(process.stdout, process.env);
  const room = Math.min(width, 120);
  const table = renderTable(
    [
      { title: 'version', align: 'right' },
      { title: 'since' },
      { title: 'how' },
      { title: 'MAE before', align: 'right' },
      { title: 'MAE after', align: 'right' },
      { title: 'why', shrinkTo: 30 },
    ],
    document.versions.map((change) => [
      String(change.version),
      change.when.slice(0, 10),
      change.action,
      change.errorBefore?.toFixed(1) ?? '–',
      change.errorAfter?.toFixed(1) ?? '–',
      change.why,
    ]),
    room,
    style,
  );
  const ledger = document.ledger.flatMap((entry) =>
    wrap(`${entry.asOf.slice(0, 10)}  ${ledgerSentence(entry)}`, room - 12).map((line, index) =>
      index === 0 ? `  ${line}` : `              ${line}`,
    ),
  );
  const { expected, servedByGateway, confirmed } = document.rollback;
  return [
    '',
    ...table,
    '',
    style.bold('The ledger: every change of production, by the data’s own time'),
    ...ledger,
    '',
    confirmed
      ? `The rollback to version ${expected} was confirmed by asking the gateway: it serves version ${servedByGateway}.`
      : `The gateway serves version ${servedByGateway}, not version ${expected}.`,
    `Took ${(document.durationMs / 1_000).toFixed(0)} s. Look further:`,
    ...document.commands.map((command) => `  ${command}`),
  ];
}
