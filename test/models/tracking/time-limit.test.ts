import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { withinTime } from '../../../models/tracking/time-limit.js';

/** Asks a server that takes every call and answers none. */
async function askSilence(limitMs: number, signal: AbortSignal): Promise<unknown> {
  const server = createServer((socket) => socket.on('error', () => undefined));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  try {
    return await withinTime(limitMs, signal, (until) =>
      fetch(`http://127.0.0.1:${port}/`, { signal: until }),
    );
  } finally {
    server.close();
  }
}

describe('a time limit', () => {
  it('gives back what was done in time', async () => {
    expect(await withinTime(60_000, new AbortController().signal, async () => 42)).toBe(42);
  });

  it('ends what nobody answers, also after what is not referred to was collected', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const run = new AbortController();
    const asked = Array.from({ length: 20 }, () =>
      askSilence(200, run.signal).catch(({ name }: Error) => name),
    );
    for (let round = 0; round < 10; round += 1) {
      await sleep(10);
      collect();
    }
    expect(await Promise.all(asked)).toEqual(asked.map(() => 'TimeoutError'));
  });

  it('ends earlier with what it belongs to, and says which of both it was', async () => {
    const run = new AbortController();
    const asked = askSilence(60_000, run.signal).catch((error: unknown) => error);
    run.abort(new Error('the run was cancelled'));
    expect(await asked).toMatchObject({ message: 'the run was cancelled' });
  });
});
