import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { checkGateway } from '../../../cli/doctor/services.js';
import { writeStack } from '../../../cli/stack/stack-file.js';
import { plainTextWarning, wireOf } from '../../../models/access/plain-text.js';
import { processStartTime } from '../../../setup/process-identity.mjs';
import { homeLayout } from '../../../storage/home/layout.js';

const EVERYWHERE = { MILLRACE_GATEWAY_HOST: '0.0.0.0' };

test('doctor warns of a gateway that other machines reach without TLS', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'millrace-doctor-'));
  const answers = createServer((_, response) => response.end('{}')).listen(0, '127.0.0.1');
  onTestFinished(() => {
    answers.close();
    rmSync(directory, { recursive: true, force: true });
  });
  await new Promise((resolve) => answers.once('listening', resolve));
  const home = homeLayout(directory);
  writeStack(home, {
    format: 1,
    supervisor: { pid: process.pid, startTime: processStartTime(process.pid) ?? '' },
    ready: true,
    background: true,
    temporalAddress: '127.0.0.1:1',
    ownServer: true,
    temporalUiUrl: null,
    gatewayAddress: `http://127.0.0.1:${(answers.address() as AddressInfo).port}`,
    processes: [],
    startedAt: '2026-01-01T00:00:00.000Z',
  });
  const check = (env: NodeJS.ProcessEnv) => checkGateway({ env, home, homeFound: true });
  expect(await check({})).toMatchObject({ status: 'ok' });
  expect(await check(EVERYWHERE)).toMatchObject({
    status: 'warning',
    detail: expect.stringContaining('listens on 0.0.0.0 without TLS'),
    hint: expect.stringContaining('MILLRACE_GATEWAY_TLS_PROXY=1'),
  });
  // As the gateway itself does when it starts.
  expect(await check({ ...EVERYWHERE, MILLRACE_GATEWAY_TLS_PROXY: 'yes' })).toMatchObject({
    status: 'problem',
    detail: expect.stringContaining('MILLRACE_GATEWAY_TLS_PROXY is "yes"'),
    hint: 'set it to 1 or 0, or leave it out',
  });
});

test('nothing is said where it has TLS, a proxy has it, or only this machine reaches it', () => {
  for (const env of [
    { ...EVERYWHERE, MILLRACE_GATEWAY_TLS_PROXY: '1' },
    { ...EVERYWHERE, MILLRACE_GATEWAY_TLS_CERT: 'cert.pem' },
    { MILLRACE_GATEWAY_HOST: '127.0.0.1' },
    { MILLRACE_GATEWAY_HOST: '' },
  ]) {
    expect(plainTextWarning(wireOf(env))).toBeNull();
  }
});
