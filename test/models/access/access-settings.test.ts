import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readAccessSettings } from '../../../models/access/access-settings.js';

const OIDC = { issuer: 'https://login.example', audience: 'millrace' };

async function fileOf(text: string): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'millrace-access-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const file = join(directory, 'access.json');
  await writeFile(file, text);
  return file;
}

test('without a file nothing is set', async () => {
  expect(await readAccessSettings('/nowhere/access.json')).toEqual({});
});

test.each([
  [{ oidc: { issuer: 'https://login.example' } }, 'access.json: oidc.audience is missing'],
  [{ oidc: { audience: 'millrace' } }, 'access.json: oidc.issuer is missing'],
  [{ ratelimit: {} }, 'access.json: Unrecognized key: "ratelimit"'],
  [{ oidc: { ...OIDC, algorithms: ['HS256'] } }, 'oidc.algorithms.0: Invalid option'],
  [{ rateLimit: { requestsPerSecond: 0 } }, 'rateLimit.requestsPerSecond: Too small'],
  [{ oidc: { ...OIDC, issuer: 'http://login.example' } }, 'http://login.example is no https URL'],
])('%j is refused at its place', async (settings, words) => {
  const file = await fileOf(JSON.stringify(settings));
  await expect(readAccessSettings(file)).rejects.toMatchObject({
    type: 'InvalidInput',
    message: expect.stringContaining(words),
  });
});

test('what is no JSON is said to be that', async () => {
  await expect(readAccessSettings(await fileOf('{"oidc":'))).rejects.toThrow('it is not JSON');
});
