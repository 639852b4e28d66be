import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { isMillraceError } from '../../contracts/index.js';
import { channelsPath, readChannels } from '../../notifications/index.js';
import { secretOf } from '../../notifications/settings/secret.js';
import { packageRoot } from '../../setup/places.mjs';

const directory = mkdtempSync(join(tmpdir(), 'millrace-channels-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const file = channelsPath(directory);
const read = (yaml: string) => {
  writeFileSync(file, yaml);
  return readChannels(file);
};
const complaint = (reading: Promise<unknown>) =>
  reading.then(
    () => null,
    (error: unknown) => (isMillraceError(error) ? `${error.type} ${error.message}` : `${error}`),
  );

describe('the channels of an installation', () => {
  it('are none without a file, and none in an empty one', async () => {
    expect((await readChannels(join(directory, 'nowhere.yaml'))).byName.size).toBe(0);
    expect(await read('')).toMatchObject({ gatherMs: 30_000, byName: new Map() });
  });

  it('are those that the page shows', async () => {
    const page = readFileSync(join(packageRoot(), 'docs/alerts.md'), 'utf8');
    const shown = page.split('```yaml\n').find((block) => block.startsWith('gather:')) ?? '';
    const { gatherMs, byName } = await read(shown.split('```')[0] ?? '');
    expect(gatherMs).toBe(30_000);
    expect([...byName].map(([name, { kind }]) => `${name} ${kind}`)).toEqual([
      'default slack',
      'ops smtp',
      'pager pagerDuty',
      'hook webhook',
      'log stdout',
    ]);
  });

  it.each([
    ['chanels: {}', 'chanels is not known; did you mean channels?'],
    [
      'channels: {a: {kind: slak, url: {env: A}}}',
      'channels.a.kind: must have a kind: smtp, slack',
    ],
    ['channels: {a: {kind: slack}}', 'channels.a.url: must be {env: NAME} or {file: PATH}'],
    ['channels: {a: {kind: slack, url: {env: A}, chanel: x}}', 'channels.a.chanel is not known'],
    ['channels: {"a b": {kind: stdout}}', 'channels.a b: must be a name such as on-call'],
    ['gather: soon', 'gather: must be a duration such as 30s'],
    ['channels: [', 'Flow sequence'],
    [
      'channels: {a: {kind: webhook, url: "ftp://x", secret: {env: A}}}',
      'channels.a.url: must be a URL',
    ],
    [
      'channels: {a: {kind: smtp, host: h, from: a@b.c, to: [], user: u, password: {env: A}}}',
      'channels.a.to',
    ],
    [
      'channels: {a: {kind: smtp, host: h, from: a@b.c, to: [a@b.c], user: u}}',
      'channels.a: user and password go together',
    ],
    [
      'channels: {a: {kind: smtp, host: h, tls: none, from: a@b.c, to: [a@b.c], user: u, password: {env: A}}}',
      'channels.a.tls: a password is not sent unencrypted',
    ],
  ])('are refused: %s', async (yaml, message) => {
    expect(await complaint(read(yaml))).toContain(`InvalidInput ${file}: ${message}`);
  });

  it('do not repeat a secret that was written where a reference belongs', async () => {
    const inline = 'channels: {a: {kind: webhook, url: "https://x.y", secret: hunter2-hunter2}}';
    const said = await complaint(read(inline));
    expect(said).toContain('channels.a.secret: must be {env: NAME} or {file: PATH}');
    expect(said).not.toContain('hunter2');
  });
});

describe('a secret', () => {
  it('is what its file holds, without the end of the line', async () => {
    writeFileSync(join(directory, 'key'), 'abc\n');
    expect(await secretOf({ file: 'key' }, directory)).toBe('abc');
  });

  it.each([
    [{ file: 'no-such-file' }, /no-such-file cannot be read: ENOENT/],
    [{ env: 'MILLRACE_NO_SUCH_VARIABLE' }, /MILLRACE_NO_SUCH_VARIABLE is not set for the worker/],
  ])('that is missing is named: %o', async (ref, message) => {
    expect(await complaint(secretOf(ref, directory))).toMatch(message);
  });
});
