import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fingerprint } from '../../setup/fingerprint.mjs';
import { packagesAreInstalled } from '../../setup/npm-packages.mjs';
import { cacheDirectory, isSourceCheckout, packageRoot } from '../../setup/places.mjs';
import { checkNode } from '../../setup/prepare.mjs';
import { ensurePython, locatePython } from '../../setup/python-environment.mjs';
import { locateTemporal } from '../../setup/temporal-binary.mjs';
import { TEMPORAL_CLI_VERSION } from '../../setup/temporal-release.mjs';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'millrace-setup-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function program(path: string, script: string): string {
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

describe('places', () => {
  test('the package is the checkout that the tests run in', () => {
    expect(isSourceCheckout(packageRoot())).toBe(true);
  });

  test('the cache follows XDG, and a relative path is ignored as its specification says', () => {
    expect(cacheDirectory({ XDG_CACHE_HOME: '/var/c' })).toBe('/var/c/millrace');
    expect(cacheDirectory({ XDG_CACHE_HOME: 'c' })).toMatch(/\/\.cache\/millrace$/);
  });
});

describe('Node', () => {
  test('older than 20.20 is refused, naming both', () => {
    expect(() => checkNode('20.19.5')).toThrow(/Node 20\.19\.5; millrace needs 20\.20/);
    expect(() => checkNode('18.20.0')).toThrow();
    expect(() => checkNode('20.20.0')).not.toThrow();
    expect(() => checkNode('24.1.0')).not.toThrow();
  });
});

describe('the Temporal server', () => {
  const says = (version: string) => `echo "temporal version 1 (Server ${version}, UI 2)"`;

  test('on PATH is used when it is new enough; an older one and other programs are passed over', async () => {
    const bin = (name: string) => join(directory, name);
    program(join(bin('old'), 'temporal'), says('1.20.0'));
    program(join(bin('other'), 'temporal'), 'echo hello');
    program(join(bin('broken'), 'temporal'), 'exit 1');
    const good = program(join(bin('good'), 'temporal'), says('1.30.2'));
    const path = ['old', 'other', 'broken', 'good'].map(bin).join(delimiter);
    expect(await locateTemporal({ PATH: path, XDG_CACHE_HOME: directory })).toEqual({
      path: good,
      serverVersion: '1.30.2',
      source: 'PATH',
    });
  });

  test('in the cache is used where PATH has none', async () => {
    const env = { PATH: '', XDG_CACHE_HOME: directory };
    expect(await locateTemporal(env)).toBeNull();
    const cached = join(directory, 'millrace', 'temporal', TEMPORAL_CLI_VERSION, 'temporal');
    program(cached, 'true');
    expect(await locateTemporal(env)).toMatchObject({ path: cached, source: 'cache' });
  });
});

describe('Python', () => {
  const silent = { working: () => {} };

  function packageWith(requirements: string): string {
    const root = join(directory, 'package');
    mkdirSync(join(root, 'python'), { recursive: true });
    writeFileSync(join(root, 'python', 'requirements.txt'), requirements);
    return root;
  }

  test('that MILLRACE_PYTHON names is used, and one that is not there is named', () => {
    const root = packageWith('');
    const python = program(join(directory, 'python'), 'true');
    expect(locatePython(root, { MILLRACE_PYTHON: python })).toMatchObject({ executable: python });
    expect(() => locatePython(root, { MILLRACE_PYTHON: '/no/python' })).toThrow(/\/no\/python/);
  });

  test('is made once for its requirements, and again when they change or it was left half made', async () => {
    const { MILLRACE_PYTHON: _, ...rest } = process.env;
    const env = { ...rest, XDG_CACHE_HOME: directory };
    const root = packageWith('# nothing\n');
    expect(locatePython(root, env)).toBeNull();
    const made = await ensurePython(root, env, silent);
    expect(locatePython(root, env)).toEqual(made);
    // As a kill leaves it: there, but not whole.
    rmSync(join(made.executable, '..', '..', 'millrace.json'));
    expect(locatePython(root, env)).toBeNull();
    expect(await ensurePython(root, env, silent)).toEqual(made);
    packageWith('# nothing else\n');
    expect(locatePython(root, env)).toBeNull();
  });

  test('says what pip printed when a package cannot be installed', async () => {
    const { MILLRACE_PYTHON: _, ...rest } = process.env;
    const env = { ...rest, XDG_CACHE_HOME: directory, PIP_NO_INDEX: '1' };
    const root = packageWith('millrace-no-such-package==1\n');
    await expect(ensurePython(root, env, silent)).rejects.toMatchObject({
      message: expect.stringContaining('the Python packages could not be installed'),
      detail: expect.stringContaining('millrace-no-such-package'),
    });
    expect(locatePython(root, env)).toBeNull();
  });

  test('that is too old is refused, naming what was found', async () => {
    const bin = join(directory, 'bin');
    const answer = '{"executable": "/x/python3", "version": "3.9.2", "venv": true}';
    program(join(bin, 'python3'), `echo '${answer}'`);
    await expect(
      ensurePython(packageWith(''), { PATH: bin, XDG_CACHE_HOME: directory }, silent),
    ).rejects.toMatchObject({
      message: 'no Python 3.11 or newer was found: python3 is 3.9.2',
    });
  });
});

describe('npm packages', () => {
  const lock = (packages: unknown) => JSON.stringify({ packages });

  test('count as installed when npm recorded the locked versions and they are there', () => {
    const wanted = {
      '': { version: '1.0.0' },
      'node_modules/a': { version: '1.0.0' },
      'node_modules/only-elsewhere': { version: '1.0.0', optional: true },
    };
    writeFileSync(join(directory, 'package-lock.json'), lock(wanted));
    expect(packagesAreInstalled(directory)).toBe(false);
    mkdirSync(join(directory, 'node_modules', 'a'), { recursive: true });
    const record = join(directory, 'node_modules', '.package-lock.json');
    writeFileSync(record, lock({ 'node_modules/a': { version: '1.0.0' } }));
    expect(packagesAreInstalled(directory)).toBe(true);
    writeFileSync(record, lock({ 'node_modules/a': { version: '0.9.0' } }));
    expect(packagesAreInstalled(directory)).toBe(false);
    writeFileSync(record, lock({ 'node_modules/a': { version: '1.0.0' } }));
    rmSync(join(directory, 'node_modules', 'a'), { recursive: true });
    expect(packagesAreInstalled(directory)).toBe(false);
  });
});

describe('a fingerprint', () => {
  test('depends on names and contents below, not on what is ignored or linked', () => {
    const file = (path: string, content: string) => {
      mkdirSync(join(directory, path, '..'), { recursive: true });
      writeFileSync(join(directory, path), content);
    };
    file('a/x.ts', '1');
    file('a/y.ts', '2');
    const before = fingerprint(directory, ['a', 'missing']);
    file('a/node_modules/z.js', '3');
    symlinkSync('/', join(directory, 'a', 'link'));
    expect(fingerprint(directory, ['a', 'missing'])).toBe(before);
    file('a/x.ts', '12');
    file('a/y.ts', '');
    expect(fingerprint(directory, ['a', 'missing'])).not.toBe(before);
  });
});
