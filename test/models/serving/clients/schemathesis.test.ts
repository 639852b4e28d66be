import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { pythonEnvironment } from '../../../../setup/pinned-environment.mjs';
import { CLASSIFIED, createWorld, get, LINEAR, untilServed } from '../serving-fixture.js';

/** Change it to try other requests; what it finds is found again with it. */
const SEED = '20';

test('schemathesis finds nothing that the gateway fails at', { timeout: 600_000 }, async () => {
  const requirements = fileURLToPath(new URL('requirements.txt', import.meta.url));
  const python = await pythonEnvironment(requirements);
  const world = await createWorld();
  // The graph answers a missing number with NaN, so this version allows none.
  const inputs = LINEAR.inputs.map((input) => ({ ...input, nullable: false }));
  await world.promote('bike', await world.register('bike', 'linear', { ...LINEAR, inputs }));
  await world.promote(CLASSIFIED, await world.register(CLASSIFIED, 'classifier'));
  const gateway = await world.gateway();
  await untilServed(gateway, 'bike', 1);
  await untilServed(gateway, CLASSIFIED, 1);
  const args = [
    ...['-c', 'from schemathesis.cli import schemathesis; schemathesis()'],
    'run',
    `${gateway.address}/openapi.json`,
    ...['--checks', 'not_a_server_error'],
    ...['--phases', 'examples,fuzzing'],
    ...['--mode', 'all'],
    ...['--max-examples', '15', '--generation-database', 'none'],
    ...['--seed', SEED],
    // How fast it makes requests up says how busy this machine is, and nothing of the gateway.
    '--suppress-health-check=too_slow',
    ...['--exclude-path-regex', '/signals$'],
    '--no-color',
  ];
  const { stdout } = await promisify(execFile)(python, args, {
    maxBuffer: 50_000_000,
    cwd: world.home.root,
  }).catch((error: { stdout: string; message: string }) => {
    throw new Error(`${error.message}\n${error.stdout}`);
  });
  expect(stdout).toMatch(/(\d+) generated, \1 passed/);
  expect((await get(`${gateway.address}/v2/health/ready`)).status).toBe(200);
});
