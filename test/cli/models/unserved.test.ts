import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openLeaseWriter } from '../../../models/registry/index.js';
import { millrace } from '../millrace.js';
import { fillHome, MODEL } from '../registry-fixture.js';

let cwd: string;
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'millrace-unserved-'));
  const home = await fillHome(cwd);
  const leases = await openLeaseWriter(home.registryFile);
  await leases.writeLease({
    id: 'gateway-1',
    address: 'http://127.0.0.1:1',
    servedVersions: { [MODEL]: 1 },
    failures: {
      [MODEL]: [{ version: 2, attempts: 1, reason: 'no GPU', at: '2026-01-01T00:00:00.000Z' }],
    },
    generation: 1,
    // It is live for as long as the test takes.
    at: new Date(Date.now() + 3_600_000).toISOString(),
  });
  await leases.close();
});
afterAll(() => rm(cwd, { recursive: true, force: true }));

describe('a champion that a gateway does not serve', () => {
  test.each(['promote', 'deploy'])('is no success of `millrace %s`', async (command) => {
    const ended = await millrace([command, `${MODEL}@2`, '--reason', 'x'], { cwd });
    expect(ended.stdout).toContain(
      'version 2 is champion already, but gateway gateway-1 does not serve it: no GPU',
    );
    expect(ended.code).toBe(1);
  });
});
