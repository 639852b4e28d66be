import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { gatewayNotes, readGateways } from '../../../cli/status/gateways.js';
import type { GatewayLease } from '../../../contracts/index.js';

const NOW_MS = Date.parse('2026-01-01T00:10:00Z');
const SINCE = '2026-01-01T00:02:00.000Z';

const close: (() => void)[] = [];
afterEach(() => {
  for (const one of close.splice(0)) one();
});

/** Something that answers as a gateway does when it is asked whether it is ready. */
async function answering(body: object): Promise<string> {
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  close.push(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const lease = (over: Partial<GatewayLease>): GatewayLease => ({
  id: 'one',
  address: 'http://127.0.0.1:1',
  servedVersions: {},
  generation: 1,
  at: '2026-01-01T00:09:59Z',
  ...over,
});

async function stateOf(over: Partial<GatewayLease>) {
  const registry = { leases: async () => [lease(over)] };
  const [gateway] = await readGateways(registry, NOW_MS);
  if (gateway === undefined) throw new Error('no gateway');
  return gateway;
}

const OLD = { at: SINCE };

describe('a gateway', () => {
  it('that tells what it serves is live, and nothing is said of it', async () => {
    const gateway = await stateOf({ cutOff: { since: SINCE, until: SINCE } });
    expect(gateway.state).toBe('live');
    expect(gatewayNotes([gateway], NOW_MS)).toEqual([]);
  });

  it('that says itself that it is cut off, is', async () => {
    expect(await stateOf({ cutOff: { since: SINCE, until: null } })).toMatchObject({
      state: 'cut-off',
      cutOffSince: SINCE,
    });
  });

  it('that tells the registry nothing is asked, and says that it is cut off', async () => {
    const said = { ready: true, registry: 'unreachable', cut_off_since: SINCE };
    const gateway = await stateOf({ ...OLD, address: await answering(said) });
    expect(gatewayNotes([gateway], NOW_MS)[0]).toMatch(
      /^gateway one .* cannot reach the registry since 2026-01-01T00:02:00.000Z: it serves the last/,
    );
  });

  it('that does not answer either, or is something else, is silent', async () => {
    expect(await stateOf(OLD)).toMatchObject({ state: 'silent', cutOffSince: null });
    const gateway = await stateOf({ ...OLD, address: await answering({ hello: 'world' }) });
    expect(gatewayNotes([gateway], NOW_MS)).toEqual([
      expect.stringMatching(/last told of itself 8m ago$/),
    ]);
  });
});
