import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import type { LabelRecord, PredictionRecord } from '../../../contracts/index.js';
import { newRequestUuid, predictionId } from '../../../models/predictions/prediction-id.js';
import {
  openPredictionLog,
  type PredictionLog,
  type PredictionLogOptions,
} from '../../../models/predictions/prediction-log.js';

export const MODEL = 'bike-demand';

export async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'millrace-log-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

export function openLog(
  directory: string,
  options: Partial<PredictionLogOptions> = {},
): PredictionLog {
  const log = openPredictionLog({
    directory,
    gatewayId: 'gateway-a',
    logger: pino({ level: 'silent' }),
    ...options,
  });
  onTestFinished(() => log.close());
  return log;
}

/** Rows of one request, an hour of event time apart. */
export function request(
  rows: number,
  fields: Partial<PredictionRecord> & { readonly startMs?: number } = {},
): readonly PredictionRecord[] {
  const { startMs = Date.UTC(2011, 0, 1), ...given } = fields;
  const uuid = newRequestUuid();
  return Array.from({ length: rows }, (_, row) => ({
    id: predictionId(uuid, row),
    model: MODEL,
    version: 1,
    at: new Date().toISOString(),
    eventTime: new Date(startMs + row * 3_600_000).toISOString(),
    inputs: { temperature: row, weather: row % 2 === 0 ? 'clear' : 'rain', holiday: false },
    context: {},
    prediction: row * 10,
    ...given,
  }));
}

export function label(
  id: string,
  value: LabelRecord['label'],
  at = new Date().toISOString(),
): LabelRecord {
  return { id, model: MODEL, label: value, at };
}

export async function segmentsOf(directory: string, kind: string): Promise<readonly string[]> {
  const names = await readdir(directory, { recursive: true });
  return names.filter((name) => name.includes(`${kind}-`)).sort();
}
