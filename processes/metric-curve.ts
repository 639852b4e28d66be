import { closeSync, openSync, writeSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import type { StepProgress } from './ports.js';
import type { StepAttempt } from './progress-file.js';
import { segment } from './step-directory.js';

/** Lines that are kept of an attempt. */
const MOST_LINES = 100_000;
/** A line of many metrics is long: an attempt takes at most so much disk. */
const MOST_BYTES = 16 << 20;
/** Lines gathered for one write. */
const LINES_A_WRITE = 256;

const lineSchema = z.object({
  step: z.number(),
  at: z.number(),
  metrics: z.record(z.string(), z.number()),
});

/** Metrics that a step told at once. */
export interface CurveLine {
  /** As the step counts; where it does not, the how-manieth line this is, from 0. */
  readonly step: number;
  /** When it was told: wall clock, ms since the epoch. */
  readonly at: number;
  readonly metrics: { readonly [name: string]: number };
}

/**
 * Keeps every metric that a step tells while it works, a line of JSON each, beside its log. Like the
 * log it is not fsynced, and a disk that takes no more does not fail the step.
 *
 * @param note - tells people where the curve ends before the step does
 */
export function createCurveFile(
  attempt: StepAttempt,
  note: (text: string) => void,
): {
  tell(progress: StepProgress): void;
  close(): void;
} {
  let file: number | null = null;
  let waiting: string[] = [];
  let told = 0;
  let bytes = 0;
  let closed = false;
  const end = (step: number, most: string) => {
    closed = true;
    note(
      `the curve of its metrics ends before step ${step}: ${most} of an attempt are kept; tell them less often`,
    );
  };
  const flush = () => {
    if (waiting.length === 0) return;
    const text = waiting.join('');
    waiting = [];
    try {
      file ??= openSync(curvePath(attempt), 'w', 0o600);
      writeSync(file, text);
    } catch {
      // As above: nobody fails for it.
    }
  };
  return {
    tell({ step, metrics }) {
      if (closed || Object.keys(metrics).length === 0) return;
      if (told >= MOST_LINES) return end(step ?? told, `${MOST_LINES.toLocaleString('en')} lines`);
      const line: CurveLine = { step: step ?? told, at: Date.now(), metrics };
      const text = `${JSON.stringify(line)}\n`;
      if (bytes + Buffer.byteLength(text) > MOST_BYTES) {
        return end(line.step, `${MOST_BYTES >> 20} MiB`);
      }
      told += 1;
      bytes += Buffer.byteLength(text);
      waiting.push(text);
      if (waiting.length >= LINES_A_WRITE) flush();
    },
    close() {
      flush();
      closed = true;
      if (file !== null) closeSync(file);
    },
  };
}

/** What an attempt told, in its order; empty where it told nothing, or its logs are gone. */
export async function readCurve(attempt: StepAttempt): Promise<readonly CurveLine[]> {
  const text = await readFile(curvePath(attempt), 'utf8').catch(() => '');
  return text.split('\n').flatMap((line) => {
    if (line === '') return [];
    try {
      return [lineSchema.parse(JSON.parse(line))];
    } catch {
      // The last line of a worker that was killed.
      return [];
    }
  });
}

function curvePath({ logsDirectory, stepId, attempt }: StepAttempt): string {
  return join(logsDirectory, `${segment(stepId)}.${attempt}.metrics.ndjson`);
}
