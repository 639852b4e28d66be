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

  test('holds nothing of what it does not use: native parts, locales, servers', () => {
    const packages = new Set(
      [...text.matchAll(/\/\/ \.\.\/node_modules\/((?:@[^/]+\/)?[^/]+)/g)].map(([, name]) => name),
    );
    expect([...packages].sort()).toEqual([
      '@marcbachmann/cel-js',
      'commander',
      'fastest-levenshtein',
      'kysely',
      'yaml',
      'zod',
    ]);
    expect(text).not.toContain('zod/v4/locales/fr');
    expect(statSync(join(directory, 'program.cjs')).size).toBeLessThan(4_600_000);
  });

  test('comes with a code cache that this Node accepts', () => {
    expect(statSync(codeCacheFile(directory)).size).toBeGreaterThan(100_000);
    expect(readProgram(directory).script.cachedDataRejected).toBe(false);
  });

  test('names the licences of the packages in it', () => {
    const notices = readFileSync(join(directory, 'THIRD-PARTY-NOTICES.txt'), 'utf8');
    for (const name of ['commander', 'yaml', 'zod', '@marcbachmann/cel-js']) {
      expect(notices).toContain(`${name} `);
    }
  });
});
