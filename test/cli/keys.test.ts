import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { document, millrace } from './millrace.js';

let cwd: string;

beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'millrace-keys-'));
  onTestFinished(() => rmSync(cwd, { recursive: true, force: true }));
});

interface Made {
  readonly key: string;
  readonly id: string;
  readonly state: string;
}

const keys = (...args: readonly string[]) => millrace(['keys', ...args], { cwd });

describe('millrace keys', () => {
  test('makes a key that is shown once, lists it and revokes it, with no server running', async () => {
    const made = await keys(
      'create',
      '--name',
      'shop',
      '--scope',
      'predict',
      '--model',
      'coffee',
      '--expires',
      '90d',
    );
    expect(made.code).toBe(0);
    const key = made.stdout.trim();
    expect(key).toMatch(/^mlr_[0-9a-f]{12}_[\w-]{43}$/);
    expect(made.stderr).toContain('shown this once');
    expect(made.stderr).toContain('There is no model coffee: the key opens nothing of it');

    const listed = await keys('list', '--json');
    const [entry] = document<{ keys: readonly Made[] }>(listed).keys;
    expect(entry).toMatchObject({
      name: 'shop',
      state: 'active',
      scopes: ['predict'],
      models: ['coffee'],
    });
    expect(listed.stdout).not.toContain(key.slice(17));
    expect((await keys('list')).stdout).toMatch(/shop +[0-9a-f]{12} +active +predict +coffee/);

    const revoked = await keys('revoke', 'shop');
    expect([revoked.code, revoked.stdout]).toEqual([
      0,
      expect.stringMatching(/^shop \(.*is revoked/),
    ]);
    expect((await keys('list')).stdout).toMatch(/shop +[0-9a-f]{12} +revoked/);

    const audit = readFileSync(join(cwd, '.millrace', 'access', 'audit', 'cli.ndjson'), 'utf8');
    expect(audit).toMatch(/keys create shop .*\n.*keys revoke shop/);
    expect(audit).not.toContain(key.slice(17));
  });

  test('several keys may have one name while one is changed for another: then the id is asked for', async () => {
    for (let made = 0; made < 2; made += 1)
      await keys('create', '--name', 'shop', '--scope', 'predict');
    const ambiguous = await keys('revoke', 'shop');
    expect([ambiguous.code, ambiguous.stderr]).toEqual([
      65,
      expect.stringContaining('2 keys are called shop'),
    ]);
    const { keys: all } = document<{ keys: readonly Made[] }>(await keys('list', '--json'));
    expect((await keys('revoke', all[0]?.id ?? '')).code).toBe(0);
    expect((await keys('revoke', 'shop')).code).toBe(0);
    const after = document<{ keys: readonly Made[] }>(await keys('list', '--json')).keys;
    expect(after.map(({ state }) => state)).toEqual(['revoked', 'revoked']);
  });

  test.each([
    [['create', '--scope', 'predict'], 2, /needs --name NAME and --scope/],
    [['create', '--name', 'shop'], 2, /needs --name NAME and --scope/],
    [['create', '--name', 'Shop!', '--scope', 'predict'], 2, /small letters/],
    [['create', '--name', 'shop', '--scope', 'predcit'], 2, /did you mean predict/],
    [['create', '--name', 'shop', '--scope', 'predict', '--expires', '2001-01-01'], 2, /to come/],
    [['create', '--name', 'shop', '--scope', 'predict', '--rate', '0'], 2, /above 0/],
    [['revoke', 'nobody'], 65, /there is no key "nobody"/],
  ])('%j ends with %i', async (args, code, message) => {
    const ended = await keys(...args);
    expect([ended.code, ended.stderr]).toEqual([code, expect.stringMatching(message)]);
  });
});

test('serve refuses an address that others reach while there is no key', async () => {
  const ended = await millrace(['serve', '--port', '0', '--host', '0.0.0.0'], { cwd });
  expect(ended.code).toBe(65);
  expect(ended.stderr).toContain('does not listen on 0.0.0.0: it has no authentication');
});
