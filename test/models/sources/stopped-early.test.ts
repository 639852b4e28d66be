import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { createModelServers } from '../../../models/sources/index.js';
import { createWorld } from '../serving/serving-fixture.js';
import { commandOf } from './external-world.js';

/** Whether a process runs that has this text among its arguments. */
function runs(text: string): boolean {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .some((pid) => {
      try {
        return readFileSync(join('/proc', pid, 'cmdline'), 'utf8').includes(text);
      } catch {
        return false;
      }
    });
}

it('a server that is stopped at any moment of its start leaves no process and no directory', async () => {
  const { home, artifacts } = await createWorld();
  const logger = pino({ level: 'silent' });
  for (let afterMs = 0; afterMs <= 40; afterMs += 4) {
    const mark = `stopped-after-${afterMs}`;
    const servers = createModelServers({ home, artifacts, logger });
    const started = servers
      .start({
        name: mark,
        command: commandOf('', { argv: ['sh', '-c', `sleep 100 # ${mark}`] }),
        isReady: async () => true,
        warmUp: async () => undefined,
      })
      .catch((error: unknown) => error);
    await sleep(afterMs);
    await servers.close();
    const server = await started;
    expect(runs(mark)).toBe(false);
    expect(readdirSync(join(home.runtimeDir, 'model-servers'))).not.toContainEqual(
      expect.stringMatching(/^at\./),
    );
    if (server instanceof Error) expect(server).toMatchObject({ type: 'ServiceUnavailable' });
    else expect(server).toHaveProperty('address');
  }
});
