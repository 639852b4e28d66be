import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { ProcessRecord, TrafficRecord } from '../../contracts/index.js';
import { listProcessSegments, listSegments, type Segment } from './log-layout.js';
import type { ServiceReader } from './ports.js';

/** Reads what gateways wrote of their own health, a line at a time. */
export function createServiceReader(directory: string): ServiceReader {
  return {
    async eachTraffic(model, fromMs, toMs, onRecord) {
      const segments = await listSegments(directory, model, 'service');
      await readRecords(segments, fromMs, toMs, isTraffic, onRecord);
    },
    async eachProcess(fromMs, toMs, onRecord) {
      const segments = await listProcessSegments(directory);
      await readRecords(segments, fromMs, toMs, isProcess, onRecord);
    },
  };
}

async function readRecords<Written extends ProcessRecord | TrafficRecord>(
  segments: readonly Segment[],
  fromMs: number,
  toMs: number,
  isRecord: (value: unknown) => value is Written,
  onRecord: (record: Written) => void,
): Promise<void> {
  for (const { path } of segments) {
    // Written to the last before the stretch began: nothing of it can be in there.
    if ((await stat(path)).mtimeMs < fromMs) continue;
    for await (const line of createInterface({ input: createReadStream(path) })) {
      const record = parse(line);
      if (!isRecord(record)) continue;
      if (Date.parse(record.to) >= fromMs && Date.parse(record.from) <= toMs) onRecord(record);
    }
  }
}

/** @returns `null` for a line that a kill tore */
function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

function isTraffic(value: unknown): value is TrafficRecord {
  return typeof value === 'object' && value !== null && 'latency' in value && 'from' in value;
}

function isProcess(value: unknown): value is ProcessRecord {
  return typeof value === 'object' && value !== null && 'upMs' in value && 'from' in value;
}
