import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { seededRandom } from '../../monitoring/drift/samples/seeded-random.js';
import { createDetector } from '../../monitoring/drift/streaming/index.js';
import type { Bench, BenchContext, BenchReport } from '../bench.js';
import { figure } from '../report/print.js';
import { median, rounded } from '../report/samples.js';
import { benchFile, riverPython, run } from './river-environment.js';

const ROUNDS = 5;
const ERROR_RATE = 0.2;
const SEED = 7;

/** Values a round for each side, and the most nanoseconds an update may take. */
const MEASURED: readonly {
  readonly name: string;
  readonly ours: number;
  readonly river: number;
  readonly goalNs?: number;
}[] = [
  { name: 'adwin', ours: 1_000_000, river: 200_000, goalNs: 1_000 },
  { name: 'ddm', ours: 2_000_000, river: 200_000, goalNs: 200 },
  { name: 'eddm', ours: 2_000_000, river: 200_000, goalNs: 200 },
  { name: 'hddm-a', ours: 1_000_000, river: 100_000 },
  { name: 'hddm-w', ours: 1_000_000, river: 50_000 },
  { name: 'page-hinkley', ours: 2_000_000, river: 200_000, goalNs: 200 },
  { name: 'kswin', ours: 100_000, river: 2_000 },
];

export const detectorsBench: Bench = {
  name: 'detectors',
  title: 'updates of the streaming detectors, beside River',
  run: measureDetectors,
};

async function measureDetectors({ directory, env, note }: BenchContext): Promise<BenchReport> {
  const python = await riverPython(env, note);
  const bits = errorStream(Math.max(...MEASURED.map(({ ours }) => ours)));
  const stream = join(directory, 'detectors', 'stream');
  mkdirSync(join(directory, 'detectors'), { recursive: true });
  writeFileSync(stream, Uint8Array.from(bits));
  const values = Object.fromEntries(MEASURED.map(({ name, river }) => [name, river]));
  note('River');
  const request = JSON.stringify({ rounds: ROUNDS, values });
  const { stdout } = await run(python, [benchFile('river_speed.py'), stream, request], { env });
  const river = JSON.parse(stdout) as Readonly<Record<string, readonly number[]>>;
  note('millrace');
  const measured = MEASURED.map(({ name, ours, goalNs }) => ({
    name,
    goalNs,
    millraceNs: nanoseconds(name, bits.subarray(0, ours)),
    riverNs: river[name] ?? [],
  }));
  return {
    method: `errors at a rate of ${ERROR_RATE}, ${ROUNDS} rounds of each in one process, medians of processor time`,
    columns: [
      { title: 'detector' },
      { title: 'M updates/s', align: 'right' },
      { title: 'River', align: 'right' },
      { title: 'times', align: 'right' },
    ],
    rows: measured.map(({ name, millraceNs, riverNs }) => [
      name,
      figure(1_000 / median(millraceNs)),
      figure(1_000 / median(riverNs)),
      figure(median(riverNs) / median(millraceNs)),
    ]),
    goals: measured.flatMap(({ name, goalNs, millraceNs }) =>
      goalNs === undefined
        ? []
        : [{ what: `${name}, an update`, value: median(millraceNs), atMost: goalNs, unit: ' ns' }],
    ),
    figures: {
      nanoseconds: Object.fromEntries(
        measured.map(({ name, millraceNs, riverNs }) => [
          name,
          { millrace: millraceNs.map(rounded), river: riverNs.map(rounded) },
        ]),
      ),
    },
  };
}

function errorStream(length: number): Float64Array {
  const random = seededRandom(SEED);
  return Float64Array.from({ length }, () => (random() < ERROR_RATE ? 1 : 0));
}

/** Nanoseconds of processor time an update, one a round; the round before the first is for the compiler. */
function nanoseconds(name: string, values: Float64Array): readonly number[] {
  return Array.from({ length: ROUNDS + 1 }, () => {
    const detector = createDetector(name);
    let drifts = 0;
    const started = process.cpuUsage();
    for (let i = 0; i < values.length; i += 1) {
      if (detector.update(values[i] ?? 0).drift) drifts += 1;
    }
    const { user, system } = process.cpuUsage(started);
    if (drifts > values.length / 10) throw new RangeError(`${name} alarms on a stable stream`);
    return ((user + system) * 1e3) / values.length;
  }).slice(1);
}
