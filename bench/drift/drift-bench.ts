import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { pythonEnvironment } from '../../setup/pinned-environment.mjs';
import { packageRoot } from '../../setup/places.mjs';
import type { Bench, BenchContext, BenchReport, Goal } from '../bench.js';
import { figure } from '../report/print.js';
import { median, rounded } from '../report/samples.js';
import { CLI } from '../spawned.js';
import { type DriftData, driftData, floorSeconds } from './drift-data.js';
import { type MeasuredProcess, measureProcess } from './measured-process.js';

/** Rows of the large data sets. */
const ROWS_VARIABLE = 'MILLRACE_BENCH_DRIFT_ROWS';
const DEFAULT_ROWS = 1_000_000;
const COLUMNS = 100;
const FEW_COLUMNS = 10;
const CSV_ROWS = 10_000;
const ROUNDS = 3;
const GOAL_CSV_MS = 500;
const GOAL_RSS_MIB = 1_536;
/** Our share of the peer's time that the goals allow. */
const GOAL_OF = { scipy: 1 / 5, evidently: 1 / 50, profile: 1 / 2 } as const;
/** Ten times the rows may take so many times as long: linear, and some noise. */
const GOAL_LINEAR = 12;

export const driftBench: Bench = {
  name: 'drift',
  title: '`millrace drift` on two files as a whole process, beside scipy and Evidently',
  run: measureDrift,
};

interface Line {
  readonly what: string;
  readonly millrace: MeasuredProcess;
  readonly peer: MeasuredProcess | null;
  readonly floor: number | null;
}

async function measureDrift({ directory, env, note }: BenchContext): Promise<BenchReport> {
  const rows = Number(env[ROWS_VARIABLE] ?? DEFAULT_ROWS);
  const place = join(directory, 'drift');
  mkdirSync(place, { recursive: true });
  const python = await pythonEnvironment(script('requirements.txt'), { env, note });
  const ours = (reference: string, current: string) =>
    best(() =>
      measureProcess([process.execPath, CLI, 'drift', reference, current, '--json'], { env }),
    );
  const peer = (file: string, { reference, current }: DriftData) =>
    measureProcess([python, script(file), reference, current], { env });

  note(`writing ${rows.toLocaleString('en')} × ${COLUMNS}`);
  const large = await driftData(place, rows, COLUMNS);
  note('scipy, column by column');
  const scipy: Line = {
    what: `${shape(large)}, scipy`,
    millrace: await ours(large.reference, large.current),
    peer: await peer('scipy_columns.py', large),
    floor: await floorSeconds(large),
  };

  note('a stored profile');
  const profile = join(place, 'profile.json');
  const store = [process.execPath, CLI, 'profile', large.reference, '--out', profile] as const;
  const stored = await measureProcess([...store, '--json'], { env });
  const fromProfile: Line = {
    what: `${shape(large)}, stored profile`,
    millrace: await ours(profile, large.current),
    peer: null,
    floor: null,
  };

  const evidently: Line[] = [];
  for (const [rowsOf, columns] of [
    [rows, FEW_COLUMNS],
    [rows / 10, COLUMNS],
  ] as const) {
    const data = await driftData(place, rowsOf, columns);
    note(`Evidently, ${shape(data)}`);
    evidently.push({
      what: `${shape(data)}, Evidently's preset`,
      millrace: await ours(data.reference, data.current),
      peer: await peer('evidently_preset.py', data),
      floor: await floorSeconds(data),
    });
  }

  note('linearity');
  const sizes: { rows: number; seconds: number }[] = [];
  for (const share of [100, 10, 1]) {
    const data = await driftData(place, rows / share, COLUMNS);
    const { seconds } = await ours(data.reference, data.current);
    sizes.push({ rows: data.rows, seconds });
  }
  const csv = await driftData(place, CSV_ROWS, FEW_COLUMNS, 'csv');
  const small: Line = {
    what: `two CSV files, ${shape(csv)}`,
    millrace: await ours(csv.reference, csv.current),
    peer: null,
    floor: null,
  };

  const lines = [scipy, fromProfile, ...evidently, small];
  const growth = (sizes[2]?.seconds ?? 0) / (sizes[1]?.seconds ?? 1);
  return {
    method: `from spawn to exit; millrace the best of ${ROUNDS}, peers once, one after another`,
    columns: [
      { title: '' },
      { title: 'millrace s', align: 'right' },
      { title: 'peer s', align: 'right' },
      { title: 'times faster', align: 'right' },
      { title: 'floor s', align: 'right' },
      { title: 'RSS MiB', align: 'right' },
      { title: 'peer RSS', align: 'right' },
    ],
    rows: [
      ...lines.map(({ what, millrace, peer: other, floor }) => [
        what,
        figure(millrace.seconds),
        other === null ? '' : figure(other.seconds),
        other === null ? '' : figure(other.seconds / millrace.seconds),
        floor === null ? '' : figure(floor),
        figure(millrace.rssMiB),
        other === null ? '' : figure(other.rssMiB),
      ]),
      ...sizes.map(({ rows: of, seconds }) => [
        `${of.toLocaleString('en')} × ${COLUMNS}, linearity`,
        figure(seconds),
        ...Array.from({ length: 5 }, () => ''),
      ]),
    ],
    goals: [
      share("of scipy's time", scipy, GOAL_OF.scipy),
      ...evidently.map((line) =>
        share(`of Evidently's time, ${line.what}`, line, GOAL_OF.evidently),
      ),
      {
        what: 'stored profile, of the time with the data',
        value: fromProfile.millrace.seconds / scipy.millrace.seconds,
        atMost: GOAL_OF.profile,
        unit: '',
      },
      { what: 'RSS', value: scipy.millrace.rssMiB, atMost: GOAL_RSS_MIB, unit: ' MiB' },
      {
        what: 'two CSV files',
        value: small.millrace.seconds * 1_000,
        atMost: GOAL_CSV_MS,
        unit: ' ms',
      },
      { what: 'ten times the rows, times', value: growth, atMost: GOAL_LINEAR, unit: '' },
    ],
    figures: {
      rows,
      profileSeconds: rounded(stored.seconds),
      sizes: sizes.map(({ rows: of, seconds }) => ({ rows: of, seconds: rounded(seconds) })),
      lines: lines.map(({ what, millrace, peer: other, floor }) => ({
        what,
        millraceSeconds: rounded(millrace.seconds),
        millraceRssMiB: rounded(millrace.rssMiB),
        peerSeconds: other === null ? null : rounded(other.seconds),
        peerRssMiB: other === null ? null : rounded(other.rssMiB),
        floorSeconds: floor === null ? null : rounded(floor),
      })),
    },
  };
}

function script(name: string): string {
  return join(packageRoot(), 'bench', 'drift', name);
}

function shape({ rows, columns }: DriftData): string {
  return `${rows.toLocaleString('en')} × ${columns}`;
}

function share(what: string, { millrace, peer }: Line, atMost: number): Goal {
  return { what, value: millrace.seconds / (peer?.seconds ?? Number.NaN), atMost, unit: '' };
}

/** The first of each fills the system's file cache. */
async function best(measure: () => Promise<MeasuredProcess>): Promise<MeasuredProcess> {
  const rounds: MeasuredProcess[] = [];
  for (let round = 0; round < ROUNDS; round += 1) rounds.push(await measure());
  const seconds = Math.min(...rounds.map((round) => round.seconds));
  const rssMiB = median(rounds.map((round) => round.rssMiB));
  return { seconds, rssMiB, stdout: '' };
}
