import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createStyle } from '../cli/render/style.js';
import { isMillraceError, type JsonObject } from '../contracts/index.js';
import { packageRoot } from '../setup/places.mjs';
import { backtestBench } from './backtest/backtest-bench.js';
import { batchBench } from './batch/batch-bench.js';
import type { Bench, BenchContext, BenchReport } from './bench.js';
import { detectorsBench } from './detectors/detectors-bench.js';
import { driftBench } from './drift/drift-bench.js';
import { engineBench } from './engine/engine-bench.js';
import { fanOutBench } from './engine/fan-out-bench.js';
import { startsBench } from './engine/starts-bench.js';
import { featuresBench } from './features/features-bench.js';
import { gatewayBench } from './gateway/gateway-bench.js';
import { monitorsBench } from './monitors/monitors-bench.js';
import { currentLoad, describeMachine } from './report/machine.js';
import { reportLines } from './report/print.js';
import { signalsBench } from './signals/signals-bench.js';
import { stackBench } from './stack/stack-bench.js';
import { type TrainedHome, trainHome } from './trained-home.js';
import { validateBench } from './validate/validate-bench.js';

const BENCHES: readonly Bench[] = [
  engineBench,
  fanOutBench,
  startsBench,
  validateBench,
  gatewayBench,
  stackBench,
  detectorsBench,
  driftBench,
  monitorsBench,
  signalsBench,
  backtestBench,
  batchBench,
  featuresBench,
];

const USAGE = `npm run bench [-- NAME…]

${BENCHES.map(({ name, title }) => `  ${name.padEnd(10)}${title}`).join('\n')}

Without a name all of them run. Each prints a table and writes bench/results/NAME.json.
`;

async function main(names: readonly string[]): Promise<number> {
  if (names.includes('--help') || names.includes('-h')) {
    process.stdout.write(USAGE);
    return 0;
  }
  const unknown = names.filter((name) => !BENCHES.some((bench) => bench.name === name));
  if (unknown.length > 0) {
    process.stderr.write(`there is no bench ${unknown.join(', ')}\n\n${USAGE}`);
    return 2;
  }
  const chosen = BENCHES.filter(({ name }) => names.length === 0 || names.includes(name));
  const context = createContext(temporaryDirectory());
  const machine = await describeMachine(context.env);
  const style = createStyle(process.stdout, process.env);
  process.stdout.write(`${machineLine(machine)}\n\n`);
  for (const bench of chosen) {
    const load = currentLoad();
    const report = await bench.run(context);
    process.stdout.write(`${reportLines(bench, report, load, style).join('\n')}\n`);
    writeResult(bench, report, machine, load);
  }
  return 0;
}

/** Goes when this process does, also by Ctrl-C, after which nobody reads what is in it. */
function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'millrace-bench-'));
  process.on('exit', () => rmSync(directory, { recursive: true, force: true }));
  process.once('SIGINT', () => process.exit(130));
  process.once('SIGTERM', () => process.exit(143));
  return directory;
}

function createContext(directory: string): BenchContext {
  const env = { ...process.env };
  for (const name of Object.keys(env)) if (name.startsWith('TEMPORAL_')) delete env[name];
  const note = (text: string): void => {
    process.stderr.write(`  ${text}\n`);
  };
  const base = { directory, env, note };
  let trained: Promise<TrainedHome> | null = null;
  return {
    ...base,
    trainedHome() {
      trained ??= trainHome(base);
      return trained;
    },
  };
}

function machineLine(machine: JsonObject): string {
  const { cpu, cores, memoryMiB, node, temporal, commit } = machine;
  return `${cpu}, ${cores} cores, ${memoryMiB} MiB; Node ${node}, Temporal ${temporal}; commit ${commit}`;
}

function writeResult(
  { name, title }: Bench,
  { method, goals, figures }: BenchReport,
  machine: JsonObject,
  load: readonly number[],
): void {
  const directory = join(packageRoot(), 'bench', 'results');
  mkdirSync(directory, { recursive: true });
  const loadAverage = { before: load, after: currentLoad() };
  const document = {
    name,
    title,
    method,
    at: new Date().toISOString(),
    machine,
    loadAverage,
    goals,
    figures,
  };
  writeFileSync(join(directory, `${name}.json`), `${JSON.stringify(document, null, 2)}\n`);
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
  if (isMillraceError(error) && error.hint !== undefined) {
    process.stderr.write(`hint: ${error.hint}\n`);
  }
  process.exitCode = 1;
}
