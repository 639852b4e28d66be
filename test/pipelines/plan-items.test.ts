import { describe, expect, test } from 'vitest';
import type { CacheEntry, JsonObject, JsonValue } from '../../contracts/index.js';
import { type StepCacheStatus, walkPlan } from '../../pipelines/cache/index.js';
import { compilePipeline } from '../../pipelines/compile.js';

const known = new Map<string, CacheEntry>();

async function walk(steps: string, given: { readonly [name: string]: JsonValue } = { n: 2 }) {
  const text = `apiVersion: millrace/v1\nname: items\nparams: {n: {type: integer, default: 2}}\nsteps:\n${steps}\n`;
  const compiled = compilePipeline(text, { file: 'items.yaml', baseDirectory: '/' });
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.errors));
  return walkPlan(compiled.plan, {
    eachItem: true,
    params: given,
    baseDirectory: '/',
    environment: {},
    championVersion: async () => null,
    lookup: async (key) => known.get(key) ?? null,
    latest: async () => null,
    artifactDefect: async () => null,
  });
}

const asText = (statuses: readonly StepCacheStatus[]) =>
  statuses.map(({ stepId, status, reason }) => `${stepId} ${status}: ${reason}`);

describe('a plan says of a fanned-out step', () => {
  test('how many items it has and, of each, whether it is there', async () => {
    const STEP =
      '  a: {uses: noop, matrix: {depth: [4, 8], seed: [1]}, with: {x: "${matrix.depth}"}}';
    const [before] = await walk(STEP);
    expect(before).toMatchObject({
      status: 'miss',
      reason: '2 items, 0 of them reused; a[0]: it has no earlier result',
      items: [
        { index: 0, item: 'depth=4,seed=1', status: 'miss', reason: 'it has no earlier result' },
        { index: 1, item: 'depth=8,seed=1', status: 'miss' },
      ],
    });
    await record('  a: {uses: noop, with: {x: 8}}', {});
    const [after] = await walk(STEP);
    expect(after).toMatchObject({
      status: 'miss',
      reason: '2 items, 1 of them reused; a[0]: it has no earlier result',
      items: [{ status: 'miss' }, { status: 'hit', reason: 'nothing changed since run r1' }],
    });
    known.clear();
  });

  test('that what follows it is there, where all its items are', async () => {
    const steps = (last: string) =>
      [
        '  a: {uses: noop, forEach: [1, 2, 3], if: item > 1, with: {x: "${item}"}}',
        '  b: {uses: noop, with: {all: "${steps.a.x}"}}',
        `  c: {uses: noop, with: {b: "${last}"}}`,
      ].join('\n');
    for (const x of [2, 3]) await record(`  a: {uses: noop, with: {x: ${x}}}`, { x });
    await record('  b: {uses: noop, with: {all: [null, 2, 3]}}', { all: [null, 2, 3] });
    expect(asText(await walk(steps('${steps.b.all[1]}')))).toEqual([
      'a hit: 3 items, 1 of them skipped, nothing changed',
      'b hit: nothing changed since run r1',
      'c miss: it has no earlier result',
    ]);
    known.clear();
  });

  test('that it is skipped, where all its items are', async () => {
    const steps = '  a: {uses: noop, forEach: [1, 2], if: item > 9}\n  b: {uses: noop, needs: [a]}';
    expect(await walk(steps)).toMatchObject([
      { reason: '2 items, all of them skipped', skipped: true },
      { reason: 'a is skipped', skipped: true },
    ]);
  });

  test('which step decides its items, where one does', async () => {
    const steps = `  list: {uses: noop, with: {all: [1, 2]}}
  a: {uses: noop, forEach: "\${steps.list.all}", with: {x: "\${item}"}}
  b: {uses: noop, matrix: {x: "\${steps.list.all}", y: [1]}, needs: [a]}`;
    expect(asText(await walk(steps)).slice(1)).toEqual([
      'a unknown: step list decides which items it has, and will run first',
      'b unknown: step list decides which items it has, and will run first',
    ]);
  });

  test('what parameters make of its list, and of its if', async () => {
    const [status] = await walk(
      '  a: {uses: noop, forEach: "${[params.n, params.n + 1]}", if: item > 2, with: {x: "${item}"}}',
    );
    expect(status?.items?.map(({ item, reason }) => `${item}: ${reason}`)).toEqual([
      'item=2: it is skipped: item > 2 is false',
      'item=3: it has no earlier result',
    ]);
  });

  test('only the number, where there are very many', async () => {
    const list = Array.from({ length: 201 }, (_, index) => index).join(', ');
    expect(asText(await walk(`  a: {uses: noop, forEach: [${list}]}`))).toEqual([
      'a unknown: 201 items, each looked for when it begins',
    ]);
  });
});

/** Has a step's result be there. */
async function record(step: string, values: JsonObject): Promise<void> {
  const [status] = await walk(step);
  const outcome = { status: 'completed', outputs: { values, artifacts: {}, metrics: {} } };
  const entry = { runId: 'r1', createdAt: '2011-01-01', outcome } as unknown as CacheEntry;
  known.set(status?.key ?? '', entry);
}
