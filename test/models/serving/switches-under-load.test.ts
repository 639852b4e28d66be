import { describe, expect, it } from 'vitest';
import { createWorld, oneRow, post, untilServed } from './serving-fixture.js';

const MODEL = 'bike-demand';
/** `MILLRACE_TEST_SWITCHES=1000` is the sweep. */
const SWITCHES = Number(process.env['MILLRACE_TEST_SWITCHES'] ?? 15);
const CLIENTS = 4;

describe('a champion that changes under load', () => {
  it(
    'costs no request, and each answer is of the version that it names',
    async () => {
      const world = await createWorld();
      await world.register(MODEL, 'linear');
      await world.register(MODEL, 'linear-plus-1000');
      await world.promote(MODEL, 1);
      const gateway = await world.gateway({ pollIntervalMs: 5 });
      await untilServed(gateway, MODEL, 1);
      const url = `${gateway.address}/v2/models/${MODEL}/infer`;
      let isOver = false;
      const seen = { answers: 0, versions: new Set<string>(), wrong: [] as unknown[] };
      const client = async (offset: number) => {
        for (let a = offset; !isOver; a += CLIENTS) {
          const { status, headers, body } = await post(url, oneRow(a));
          const version = headers.get('x-millrace-version') ?? '';
          const expected = 2 * a + (version === '2' ? 1_000 : 0);
          seen.answers += 1;
          seen.versions.add(version);
          if (status !== 200 || body.outputs[0].data[0] !== expected) seen.wrong.push(body);
        }
      };
      const clients = Array.from({ length: CLIENTS }, (_, offset) => client(offset));
      for (let change = 1; change <= SWITCHES; change += 1) {
        const version = 1 + (change % 2);
        await world.promote(MODEL, version);
        await untilServed(gateway, MODEL, version);
      }
      isOver = true;
      await Promise.all(clients);
      expect(seen.wrong).toEqual([]);
      expect([...seen.versions].sort()).toEqual(['1', '2']);
      expect(seen.answers).toBeGreaterThan(SWITCHES);
    },
    SWITCHES * 2_000 + 30_000,
  );
});
