import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AwaitedEnd, awaitGateways } from '../../../activities/control/await-gateways.js';
import type { FailedLoad, GatewayLease } from '../../../contracts/index.js';
import {
  openLeaseWriter,
  openRegistryWriter,
  type RegistryWriter,
} from '../../../models/registry/index.js';
import { newVersion } from '../../models/registry/sample-records.js';
import { commandOf, manifestOf } from '../../models/sources/external-world.js';

const MODEL = 'served';
/** Far shorter than the 30 s of the product; the server of version 2 may take a minute to start. */
const PATIENCE_MS = 300;
const START_TIMEOUT_MS = 60_000;

let directory: string;
let registry: RegistryWriter;
let leases: Awaited<ReturnType<typeof openLeaseWriter>>;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'millrace-await-'));
  const place = join(directory, 'registry.db');
  registry = await openRegistryWriter(place);
  leases = await openLeaseWriter(place);
  const sample = newVersion(MODEL);
  await registry.registerVersion('1/register', sample, 'test', 'a graph');
  const place2 = commandOf('linear.py', { startTimeoutMs: START_TIMEOUT_MS });
  const content = manifestOf({ place: place2 });
  await registry.registerVersion('2/register', { ...sample, content }, 'test', 'a server');
});
afterAll(async () => {
  await leases.close();
  await registry.close();
  await rm(directory, { recursive: true, force: true });
});

/** The only gateway says that it serves version 1, and what else. */
function say(over: Partial<GatewayLease> = {}): Promise<void> {
  const at = new Date().toISOString();
  const served = { servedVersions: { [MODEL]: 1 }, generation: 1 };
  return leases.writeLease({ id: 'gateway', address: 'http://here', ...served, at, ...over });
}

function failed(version: number, attempts: number, at = new Date()): Partial<GatewayLease> {
  const load: FailedLoad = { version, attempts, reason: 'no GPU', at: at.toISOString() };
  return { failures: { [MODEL]: [load] } };
}

/** @param onBeat - called at each look after the first */
function awaitVersion(
  version: number,
  onBeat: () => void = () => undefined,
  patienceMs = PATIENCE_MS,
): Promise<AwaitedEnd> {
  const environment = new MockActivityEnvironment();
  environment.on('heartbeat', onBeat);
  return environment.run(() =>
    awaitGateways(
      { registry },
      {
        model: MODEL,
        versions: [version],
        isDone: ({ servedVersions }) => servedVersions[MODEL] === version,
        undone: `version ${version} is not served`,
        instead: ({ servedVersions }) => `version ${servedVersions[MODEL]}`,
        patienceMs,
      },
    ),
  );
}

describe('a change that every gateway has to follow', () => {
  it('is given up when a gateway could not load its version three times', async () => {
    await say();
    const beats = { count: 0 };
    const fail = () => {
      beats.count += 1;
      void say(failed(2, beats.count));
    };
    const end = await awaitVersion(2, fail, START_TIMEOUT_MS);
    expect(end).toMatchObject({
      end: 'behind',
      detail: expect.stringMatching(
        /^version 2 is not served after \d+ s by gateway \(version 1\), which tried 3 times to load version 2: no GPU$/,
      ),
    });
  });

  it('is given up when the time is over and a gateway could not load its version once', async () => {
    await say();
    const end = await awaitVersion(2, () => void say(failed(2, 1)));
    expect(end).toMatchObject({ end: 'behind', detail: expect.stringContaining('tried once') });
  });

  it('is given up when the time is over, where nothing has to be started', async () => {
    await say();
    expect(await awaitVersion(9)).toMatchObject({ end: 'behind' });
  });

  it('is waited for longer where a server has to start, until it is there', async () => {
    await say();
    const begunMs = Date.now();
    const end = await awaitVersion(2, () => {
      const isOver = Date.now() - begunMs > 3 * PATIENCE_MS;
      void say(isOver ? { servedVersions: { [MODEL]: 2 } } : {});
    });
    expect(end).toEqual({ end: 'done', live: 1 });
  });

  it('is not given up for what failed before it was asked for', async () => {
    await say(failed(2, 5, new Date(Date.now() - 60_000)));
    const end = await awaitVersion(2, () => void say({ servedVersions: { [MODEL]: 2 } }));
    expect(end).toEqual({ end: 'done', live: 1 });
  });

  it('is confirmed by nobody where no gateway is live', async () => {
    await say({ at: new Date(Date.now() - 60_000).toISOString() });
    expect(await awaitVersion(2)).toEqual({ end: 'nobody' });
  });
});
