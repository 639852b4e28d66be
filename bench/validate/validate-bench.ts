import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench, BenchContext, BenchReport } from '../bench.js';
import { figure } from '../report/print.js';
import { median, quantile, rounded } from '../report/samples.js';
import { CLI, runProgram } from '../spawned.js';
import { wideYaml } from './wide-yaml.js';

const STEPS = 200;
const ROUNDS = 20;
const GOAL_MS = 300;

export const validateBench: Bench = {
  name: 'validate',
  title: `\`millrace validate\` on a file of ${STEPS} steps, as a whole process`,
  run: measureValidate,
};

async function measureValidate({ directory, env, note }: BenchContext): Promise<BenchReport> {
  const cwd = join(directory, 'validate');
  mkdirSync(cwd, { recursive: true });
  writeFileSync(join(cwd, 'wide.yaml'), wideYaml(STEPS));
  const command = [CLI, 'validate', 'wide.yaml'];
  const validate: number[] = [];
  const bare: number[] = [];
  note(`${ROUNDS} times`);
  // The first of each fills the system's file cache and is not counted.
  for (let round = 0; round <= ROUNDS; round += 1) {
    const ours = await runProgram(command, { cwd, env });
    const node = await runProgram(['-e', '0'], { cwd, env });
    if (round === 0) continue;
    validate.push(ours.tookMs);
    bare.push(node.tookMs);
  }
  const row = (name: string, samples: readonly number[]) => [
    name,
    ...[median(samples), quantile(samples, 0.95)].map(figure),
  ];
  return {
    method: `each ${ROUNDS} times in turn, from spawn to exit`,
    columns: [
      { title: 'ms' },
      { title: 'median', align: 'right' },
      { title: 'p95', align: 'right' },
    ],
    rows: [row('millrace validate', validate), row('node -e 0', bare)],
    goals: [{ what: 'median', value: median(validate), atMost: GOAL_MS, unit: ' ms' }],
    figures: {
      steps: STEPS,
      ms: { validate: validate.map(rounded), bareNode: bare.map(rounded) },
    },
  };
}
