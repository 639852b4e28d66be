import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createCurveFile, readCurve } from '../../processes/metric-curve.js';

it.each([
  ['up to 16 MiB, whole lines of it', 2_000, 1_000, '16 MiB'],
  ['up to 100,000 lines', 1, 100_100, '100,000 lines'],
])(
  'keeps what an attempt tells %s, and says once where that ends',
  async (_name, width, steps, most) => {
    const logsDirectory = await mkdtemp(join(tmpdir(), 'curve-'));
    const attempt = { logsDirectory, stepId: 'train', attempt: 1 };
    const metrics = Object.fromEntries(Array.from({ length: width }, (_, i) => [`metric${i}`, i]));
    const notes: string[] = [];
    const curve = createCurveFile(attempt, (text) => notes.push(text));
    for (let step = 0; step < steps; step += 1) curve.tell({ progress: null, step, metrics });
    // One that would still fit: what is told of the end would not be true.
    curve.tell({ progress: null, step: steps, metrics: { m: 1 } });
    curve.close();
    const { size } = await stat(join(logsDirectory, 'train.1.metrics.ndjson'));
    const lines = await readCurve(attempt);
    await rm(logsDirectory, { recursive: true });
    expect(size).toBeLessThanOrEqual(16 << 20);
    if (width > 1) expect(size).toBeGreaterThan(15 << 20);
    else expect(lines).toHaveLength(100_000);
    expect(lines.map(({ step }) => step)).toEqual(lines.map((_, index) => index));
    expect(notes).toEqual([
      `the curve of its metrics ends before step ${lines.length}: ${most} of an attempt are kept; tell them less often`,
    ]);
  },
);
