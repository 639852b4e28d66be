import * as z from 'zod';
import { createLineSplitter } from './line-splitter.js';
import type { StepProgress } from './ports.js';

const progressSchema = z.object({
  progress: z.number().min(0).max(1).nullable().default(null),
  metrics: z.record(z.string(), z.number()).default({}),
  step: z.int().min(0).nullish(),
});

/**
 * Reads live progress, lines such as `{"progress": 0.4, "step": 3, "metrics": {"mae": 41.2}}`.
 *
 * @param onMalformed - told of the first line that is no progress; progress is a courtesy and never
 * fails a step
 */
export function createProgressReader(
  onProgress: (progress: StepProgress) => void,
  onMalformed: (line: string) => void,
): { push(chunk: Buffer): void; end(): void } {
  let told = false;
  return createLineSplitter((bytes) => {
    const line = bytes.toString('utf8').trim();
    if (line === '') return;
    const parsed = progressSchema.safeParse(parseJson(line));
    if (parsed.success) {
      const { step, ...rest } = parsed.data;
      onProgress(step === undefined || step === null ? rest : { ...rest, step });
    } else if (!told) {
      told = true;
      onMalformed(line.slice(0, 200));
    }
  });
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
