import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { PYTHON_NOTE, runPython, WITHOUT_PYTHON } from '../../../python/python.js';

const PROGRAM = fileURLToPath(new URL('./simulate_nulls.py', import.meta.url));
const RUNS = 100;
/** A test of exactly 0.05 has more than this in one of a hundred simulations of 100 runs. */
const LARGEST_SHARE = 0.1;

interface Simulated {
  readonly seed: number;
  readonly gradientError: number;
  readonly alarms: Readonly<Record<string, number>>;
  readonly power: Readonly<Record<string, number>>;
}

describe.skipIf(WITHOUT_PYTHON)(`methods that learn, simulated${PYTHON_NOTE}`, () => {
  it('hold α = 0.05 without drift, and find it where there is some', async () => {
    const ended = await runPython([PROGRAM, String(RUNS)]);
    expect(ended.stderr).toBe('');
    const { seed, alarms, power, gradientError } = JSON.parse(ended.stdout) as Simulated;
    console.log(`seed ${seed}, ${RUNS} runs of 60 against 80 rows: ${JSON.stringify(alarms)}`);
    for (const [method, rate] of Object.entries(alarms)) {
      expect(rate, `${method} alarms without drift`).toBeLessThanOrEqual(LARGEST_SHARE);
    }
    for (const [method, rate] of Object.entries(power)) {
      expect(rate, `${method} finds drift`).toBeGreaterThanOrEqual(0.8);
    }
    expect(gradientError).toBeLessThan(1e-4);
    // Many trainings: on a machine with other work to do they take their time.
  }, 240_000);
});
