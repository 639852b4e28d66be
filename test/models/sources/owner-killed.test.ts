import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pino } from 'pino';
import { expect, it, onTestFinished } from 'vitest';
import { createModelServers } from '../../../models/sources/index.js';
import { compileSources } from '../../support/compiled-program.js';
import { createWorld } from '../serving/serving-fixture.js';
import { commandOf } from './external-world.js';

/** Starts a server as a gateway does, says which process it is, and waits. */
const OWNER = `
import { createModelServers } from './models/sources/index.js';
import { createLocalArtifactStore } from './storage/artifacts/local-store.js';
import { homeLayout } from './storage/home/layout.js';
import { pino } from 'pino';
const [root, command] = process.argv.slice(-2);
const home = homeLayout(root);
const servers = createModelServers({
  home, artifacts: createLocalArtifactStore(home.artifactsDir), logger: pino({ level: 'silent' }),
});
const ping = (address) => fetch(address + '/ping').then((answer) => answer.json(), () => null);
const server = await servers.start({
  name: 'version 1 of served', command: JSON.parse(command),
  isReady: async (address) => (await ping(address)) !== null, warmUp: async () => undefined,
});
console.log((await ping(server.address())).pid);
setInterval(() => undefined, 1000);
`;

it('a server does not outlive a gateway that is killed; the next one clears away what it left', async () => {
  const { home, artifacts } = await createWorld();
  const { directory, remove } = await compileSources([
    'models/sources/index.ts',
    'storage/artifacts/local-store.ts',
    'storage/home/layout.ts',
  ]);
  onTestFinished(remove);
  const command = JSON.stringify(commandOf('linear.py'));
  const owner = spawn(process.execPath, ['--input-type=module', '-e', OWNER, home.root, command], {
    cwd: directory,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [pid] = (await once(createInterface({ input: owner.stdout }), 'line')) as [string];
  expect(existsSync(`/proc/${pid}`)).toBe(true);
  owner.kill('SIGKILL');
  await expect.poll(() => existsSync(`/proc/${pid}`), { timeout: 20_000 }).toBe(false);
  const places = () => readdirSync(join(home.runtimeDir, 'model-servers'));
  expect(places()).toHaveLength(2);
  const next = createModelServers({ home, artifacts, logger: pino({ level: 'silent' }) });
  await next.sweep();
  await next.close();
  expect(places()).toEqual(['groups']);
});
