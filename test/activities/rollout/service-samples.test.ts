import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import {
  awaitServiceRecords,
  serviceSamples,
} from '../../../activities/rollout/service-samples.js';
import type { ProcessRecord, TrafficRecord } from '../../../contracts/index.js';
import { openServiceLog } from '../../../models/predictions/service-log.js';
import { createServiceReader } from '../../../models/predictions/service-reader.js';

async function logOf() {
  const directory = await mkdtemp(join(tmpdir(), 'millrace-service-'));
  const log = openServiceLog({
    directory,
    gatewayId: 'gateway',
    logger: pino({ level: 'silent' }),
  });
  return { log, reader: createServiceReader(directory) };
}

const span = (fromMs: number, toMs: number) => ({
  from: new Date(fromMs).toISOString(),
  to: new Date(toMs).toISOString(),
});
const process = (fromMs: number, toMs: number): ProcessRecord => ({
  ...span(fromMs, toMs),
  upMs: toMs - fromMs,
  cpuShare: 0.1,
  memoryBytes: 1,
});

/** Two arms, of which the challenger failed twice in ten. */
const traffic = (fromMs: number, toMs: number): TrafficRecord => ({
  ...span(fromMs, toMs),
  requests: 20,
  errors: 2,
  refused: 0,
  bytesIn: 0,
  bytesOut: 0,
  latency: [],
  arms: [
    { version: 1, requests: 10, errors: 0, latency: [[20, 10]] },
    { version: 2, requests: 10, errors: 2, latency: [[20, 10]] },
  ],
});

describe('a first look after the shares were changed', () => {
  it('waits until a gateway has told of a whole span since', async () => {
    const { log, reader } = await logOf();
    const sinceMs = Date.now();
    await log.append(
      process(sinceMs - 4_000, sinceMs + 1),
      new Map([['bike', traffic(sinceMs - 4_000, sinceMs + 1)]]),
    );
    const arms = { since: new Date(sinceMs).toISOString(), champion: 1, challenger: 2 };
    expect(await serviceSamples(reader, 'bike', arms)).toEqual({});
    let waits = true;
    const waiting = awaitServiceRecords(reader, sinceMs, new AbortController().signal).then(() => {
      waits = false;
    });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(waits).toBe(true);
    await log.append(
      process(sinceMs + 1, sinceMs + 2),
      new Map([['bike', traffic(sinceMs + 1, sinceMs + 2)]]),
    );
    await waiting;
    const { errorRate } = await serviceSamples(reader, 'bike', arms);
    expect(errorRate?.challenger).toMatchObject({ rows: 10, mean: 0.2 });
    await log.close();
  });

  it('does not wait long after the change, nor once it is called off', async () => {
    const { log, reader } = await logOf();
    await awaitServiceRecords(reader, Date.now() - 60_000, new AbortController().signal);
    await expect(awaitServiceRecords(reader, Date.now(), AbortSignal.abort())).rejects.toThrow();
    await log.close();
  });
});
