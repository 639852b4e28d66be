import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { takesNewWork } from '../../../temporal/builds/become-current.js';
import { isLiving } from '../../../temporal/builds/living-builds.js';
import { readBuild } from '../../../temporal/builds/read-build.js';

const state = (current: string | null, living: string[] = [], superseded: string[] = []) => ({
  current,
  living: new Set(living),
  superseded: new Set(superseded),
});

test.each([
  ['the first build', 'a', state(null, ['a']), true],
  ['a build that has it already', 'a', state('a', ['a']), false],
  ['a newer build, while the older one has workers', 'b', state('a', ['a', 'b']), true],
  [
    'an older build that is started again beside the newer',
    'a',
    state('b', ['a', 'b'], ['a']),
    false,
  ],
  ['an older build, once the newer has no worker', 'a', state('b', ['a'], ['a']), true],
  ['a worker without a build, beside those with one', null, state('b', ['b']), false],
  ['a worker without a build, once no other is there', null, state('b'), true],
  ['a worker without a build, where none ever had one', null, state(null), false],
])('new work for %s', (_, mine, deployment, expected) => {
  expect(takesNewWork(mine, deployment)).toBe(expected);
});

const NOW = 1_000_000;
const poller = (identity: string, ageMs: number) => ({ identity, seenAtMs: NOW - ageMs });
const runs = async (pid: number) => pid === 7;

test.each([
  ['has just asked for work', poller('9@elsewhere', 60_000), true],
  ['has not asked for longer than a poll lasts', poller('9@elsewhere', 80_000), false],
  ['is a process of this machine that runs', poller('7@here', 1_000), true],
  ['is a process of this machine that has ended', poller('8@here', 1_000), false],
  ['calls itself something else', poller('blue', 1_000), true],
])('whether a worker is there that %s', async (_, seen, expected) => {
  expect(await isLiving(seen, NOW, 'here', runs)).toBe(expected);
});

test('a build is the same wherever it was built, and another once its code changes', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'millrace-build-'));
  const idOf = async (text: string) => {
    writeFileSync(join(directory, 'bundle.js'), text);
    return (await readBuild(join(directory, 'bundle.js'))).buildId;
  };
  const id = await idOf('code();\n//# sourceMappingURL=data:of-one-directory');
  expect(id).toMatch(/^[0-9a-f]{12}$/);
  expect(await idOf('code();\n//# sourceMappingURL=data:of-another')).toBe(id);
  expect(await idOf('other();\n//# sourceMappingURL=data:of-one-directory')).not.toBe(id);
  rmSync(directory, { recursive: true });
});
