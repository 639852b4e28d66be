import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createCurveFile, readCurve } from '../../processes/metric-curve.js';

it('keeps what an attempt tells up to 16 MiB, whole lines of it', async () => {
  const logsDirectory = await mkdtemp(join(tmpdir(), 'curve-'));
  const attempt = { logsDirectory, stepId: 'train', attempt: 1 };
  const metrics = Object.fromEntries(Array.from({ length: 2_000 }, (_, i) => [`metric${i}`, i]));
  const curve = createCurveFile(attempt);
  for (let step = 0; step < 1_000; step += 1) curve.tell({ progress: null, step, metrics });
  curve.close();
  const { size } = await stat(join(logsDirectory, 'train.1.metrics.ndjson'));
  const lines = await readCurve(attempt);
  await rm(logsDirectory, { recursive: true });
  expect(size).toBeLessThanOrEqual(16 << 20);
  expect(size).toBeGreaterThan(15 << 20);
  expect(lines.map(({ step }) => step)).toEqual(lines.map((_, index) => index));
});
