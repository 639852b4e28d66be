import { readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { codeCacheFile, readProgram } from '../../setup/command-program.mjs';
import { commandFile, packageRoot } from '../../setup/places.mjs';

const directory = dirname(commandFile(packageRoot()));
const text = readFileSync(join(directory, 'program.cjs'), 'utf8');

describe('the bundled command line', () => {
  test('never imports: a script from the code cache cannot', () => {
    expect(text).not.toMatch(/[^\w.$]import\(/);
  });

  test('holds nothing of what it does not use: locales', () => {
    expect(text).not.toContain('zod/v4/locales/fr');
    expect(statSync(join(directory, 'program.cjs')).size).toBeLessThan(3_500_000);
  });

  test('comes with a code cache that this Node accepts', () => {
    expect(statSync(codeCacheFile(directory)).size).toBeGreaterThan(100_000);
    expect(readProgram(directory).script.cachedDataRejected).toBe(false);
  });

  test('has a byte a character in memory, as worker, gateway and workflows do', () => {
    const dist = join(packageRoot(), 'dist');
    const others = ['worker.js', 'gateway.js', 'workflows.bundle.js'];
    for (const file of [text, ...others.map((name) => readFileSync(join(dist, name), 'utf8'))]) {
      expect(file).toMatch(/^[\0-\x7f]*$/);
    }
  });

  test('names the licences of the packages in it and in the workflows, which are no more', () => {
    const notices = readFileSync(join(directory, 'THIRD-PARTY-NOTICES.txt'), 'utf8');
    const named = [...notices.matchAll(/(?:^.*\n|\n----\n)\n(\S+) \d+\.\S+\n/g)];
    expect(named.map(([, name]) => name)).toEqual([
      '@marcbachmann/cel-js',
      '@temporalio/common',
      '@temporalio/workflow',
      'commander',
      'fastest-levenshtein',
      'kysely',
      'long',
      'ms',
      'nexus-rpc',
      'uuidv7',
      'yaml',
      'zod',
    ]);
  });
});
