import { pino } from 'pino';
import { expect, it } from 'vitest';
import { latencyBucket } from '../../../contracts/index.js';
import { createPredictionReader } from '../../../models/predictions/prediction-reader.js';
import { openServiceLog } from '../../../models/predictions/service-log.js';
import { createServiceReader } from '../../../models/predictions/service-reader.js';
import { measureService } from '../../../monitoring/measuring/measure-service.js';
import type { WindowContext } from '../../../monitoring/measuring/window-part.js';
import {
  MODEL,
  openLog,
  request,
  temporaryDirectory,
} from '../../models/predictions/log-fixture.js';
import { monitorSpec } from './monitor-spec.js';

const WINDOW = { start: '2011-01-01T00:00:00Z', end: '2011-01-02T00:00:00Z' };
const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 12, 0, second)).toISOString();

/** Rows of the window that arrived from second 7 to 12, and two gateways that wrote of themselves. */
async function servedWindow() {
  const directory = await temporaryDirectory();
  const writer = openLog(directory).writer(MODEL);
  await writer.append(request(5, { at: at(7) }));
  await writer.append(request(5, { at: at(12) }));
  const logger = pino({ level: 'silent' });
  for (const gatewayId of ['one', 'two']) {
    const log = openServiceLog({ directory, gatewayId, logger });
    for (const from of [0, 5, 10, 15]) {
      const span = { from: at(from), to: at(from + 5) };
      const isDown = gatewayId === 'two' || from === 10;
      const requests = 10 + from;
      const counts = {
        requests,
        errors: from === 5 ? 3 : 0,
        refused: 1,
        bytesIn: 100,
        bytesOut: 50,
      };
      await log.append(
        { ...span, upMs: isDown ? 0 : 5_000, cpuShare: from / 10, memoryBytes: 1e8 },
        new Map([[MODEL, { ...span, ...counts, latency: [[latencyBucket(20), requests]] }]]),
      );
    }
    await log.close();
  }
  return directory;
}

function contextOf(directory: string, over: Partial<WindowContext> = {}): WindowContext {
  const predictions = createPredictionReader(directory);
  const service = {
    ...createServiceReader(directory),
    arrivals: (model: string, window: typeof WINDOW) => predictions.arrivals(model, window),
  };
  const spec = monitorSpec({ service: { errorShare: 0.05, latencyP99Ms: 100 } });
  const context = { deps: { service }, request: { model: MODEL, window: WINDOW, spec } };
  return { ...context, isChampion: true, ...over } as WindowContext;
}

it('is of the time in which the rows of the window arrived, widened to whole records', async () => {
  const { service } = await measureService(contextOf(await servedWindow()));
  // Of both gateways the records from second 5 to 10 and from 10 to 15.
  expect(service).toMatchObject({
    from: at(5),
    to: at(15),
    requests: 2 * (15 + 20),
    errors: 6,
    refused: 4,
    requestsPerSecond: 7,
    bytesIn: 400,
    bytesOut: 200,
    uptimeShare: 0.5,
    cpuShare: 1,
    memoryBytes: 1e8,
    breaches: ['6 of 70 requests failed, 8.571 % (limit 5 %)'],
  });
  expect(service?.latencyP99Ms).toBeGreaterThan(17);
  expect(service?.latencyP99Ms).toBeLessThan(23);
});

it('goes with the measurement of the champion alone, and is not there in a backtest', async () => {
  const directory = await servedWindow();
  expect(await measureService(contextOf(directory, { isChampion: false }))).toEqual({});
  const { service: _, ...deps } = contextOf(directory).deps;
  expect(await measureService(contextOf(directory, { deps }))).toEqual({});
});

it('is not there where no gateway wrote, or no row came', async () => {
  const directory = await temporaryDirectory();
  expect(await measureService(contextOf(directory))).toEqual({});
  await openLog(directory).writer(MODEL).append(request(5));
  expect(await measureService(contextOf(directory))).toEqual({});
});
