import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { MEDIA_TYPE } from '../../contracts/index.js';
import { openRegistryWriter } from '../../models/registry/index.js';
import { compilePipeline } from '../../pipelines/index.js';
import { createLocalArtifactStore } from '../../storage/artifacts/local-store.js';
import { createHome } from '../../storage/home/create-home.js';
import { run } from '../models/registry/sample-records.js';
import { document, millrace } from './millrace.js';

/** Long, so that only the place where two of them part is worth showing. */
const script = (limit: number): string =>
  `${'# reads the rows of the week, one by one\n'.repeat(5)}rows = rows[:${limit}]\n`;

const file = (limit: number, depth: number) => `apiVersion: millrace/v1
name: weekly
steps:
  make: {run: [python, -c, ${JSON.stringify(script(limit))}]}
  end: {uses: noop, needs: make, with: {depth: ${depth}}}
  told: {shell: true, run: "echo ${depth} > rows.txt"}
`;

const runs = ['019aa1f2-0000-7000-8000-00000000000a', '019aa1f2-0000-7000-8000-00000000000b'];

let cwd: string;
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'millrace-diff-'));
  const home = await createHome(join(cwd, '.millrace'));
  const registry = await openRegistryWriter(home.registryFile);
  const artifacts = createLocalArtifactStore(home.artifactsDir);
  const texts = [file(10, 3), file(20, 4)];
  for (const [index, text] of texts.entries()) {
    const compiled = compilePipeline(text, { file: 'weekly.yaml', baseDirectory: '/' });
    if (!compiled.ok) throw new Error(JSON.stringify(compiled.errors));
    const plan = await artifacts.putJson(compiled.plan, MEDIA_TYPE.plan);
    await registry.openRun(run(runs[index] ?? '', { planHash: compiled.planHash, plan }));
  }
  await registry.close();
});
afterAll(() => rm(cwd, { recursive: true, force: true }));

it('names what the plans of two runs say differently, of a long text where it parts', async () => {
  const diff = await millrace(['diff', ...runs], { cwd });
  expect(diff.stdout).toContain('steps.end.with.depth: 3 → 4');
  expect(diff.stdout).toMatch(/steps\.make\.run\[2\]: ….{0,25}rows\[:10\] → ….{0,25}rows\[:20\]/);
  expect(diff.stdout).toContain('steps.told.run: echo 3 > rows.txt → echo 4 > rows.txt');
  const { plan } = document<{ plan: { name: string; before: string }[] }>(
    await millrace(['diff', ...runs, '--json'], { cwd }),
  );
  expect(plan.find(({ name }) => name.startsWith('steps.make'))?.before).toBe(script(10));
});

it('says so where a plan is not stored any more', async () => {
  await rm(join(cwd, '.millrace', 'artifacts'), { recursive: true });
  const diff = await millrace(['diff', ...runs], { cwd });
  expect([diff.code, diff.stdout]).toEqual([0, expect.stringContaining('is not stored any more')]);
});
