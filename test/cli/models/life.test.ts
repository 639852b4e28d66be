import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MODELS_CATALOGUE } from '../../../cli/models/catalogue.js';
import type { StageStretch } from '../../../contracts/index.js';
import { document, millrace } from '../millrace.js';
import { fillHome, MODEL } from '../registry-fixture.js';

let cwd: string;
beforeAll(async () => {
  cwd = await realpath(await mkdtemp(join(tmpdir(), 'millrace-cli-')));
  await fillHome(cwd);
});
afterAll(() => rm(cwd, { recursive: true, force: true }));

const call = (...args: string[]) => millrace(['models', ...args], { cwd });

test('a name alone shows the model; help lists every command', async () => {
  const [shown, help] = await Promise.all([call(MODEL, '--json'), call('--help')]);
  expect(document(shown)).toMatchObject({ name: MODEL, aliases: { champion: 2 }, tags: [] });
  for (const { name } of MODELS_CATALOGUE) expect(help.stdout).toMatch(RegExp(`^ +${name} `, 'm'));
});

describe('history', () => {
  test('tells who was in production, until when and why, without a server', async () => {
    const { stages } = document<{ stages: readonly StageStretch[] }>(
      await call('history', MODEL, '--json'),
    );
    expect(stages.map(({ version, until }) => [version, until?.at ?? null])).toEqual([
      [1, '2026-11-20T12:00:00.000Z'],
      [2, '2026-11-20T13:00:00.000Z'],
      [3, '2026-11-20T14:00:00.000Z'],
      [2, null],
    ]);
    expect((await call('history', MODEL)).stdout).toContain('promoted: trying the new labels');
  });

  test.each([
    ['2026-11-20T13:30:00Z', 3, 2],
    ['2011-06-15', null, 2],
    ['2011-07-10', null, 3],
    ['2010-01-01', null, null],
  ])('at %s: %s by the wall clock, %s by event time', async (time, wallClock, eventTime) => {
    const at = document<Record<string, StageStretch | null>>(
      await call('history', MODEL, '--at', time, '--json'),
    );
    expect([at['wallClock']?.version ?? null, at['eventTime']?.version ?? null]).toEqual([
      wallClock,
      eventTime,
    ]);
  });
});

describe('wrong use is told before anything is asked of a worker', () => {
  test.each([
    [['tag', MODEL, 'novalue'], 2, 'write it tag=value'],
    [['tag', MODEL, ' =x'], 2, 'cannot be the name of a tag'],
    [['tag', `${MODEL}@x`, 'a=b'], 2, 'NAME@VERSION'],
    [['alias', MODEL, 'blue'], 2, `write ${MODEL}@VERSION`],
    [['alias', `${MODEL}@1`, 'latest'], 2, 'reserved'],
    [['alias', `${MODEL}@1`, 'blue', '--expect', 'x'], 2, 'or none'],
    [['archive', MODEL, '--reason', 'x'], 2, 'NAME@VERSION'],
    [['archive', `${MODEL}@1`], 2, '--reason'],
    [['delete', `${MODEL}@1`, '--reason', 'x'], 2, '--yes'],
    [['retire', MODEL, '--reason', 'x'], 2, 'version 2 is in production'],
    [['history', 'bike-demnd'], 65, 'did you mean bike-demand?'],
    [['tag', 'bike-demnd', 'a=b'], 65, 'did you mean bike-demand?'],
  ] as const)('millrace models %j ends with %i', async (args, code, words) => {
    const ended = await call(...args);
    expect(ended.stderr).toContain(words);
    expect(ended.code).toBe(code);
  });
});
