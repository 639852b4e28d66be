import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ModelCard } from '../../../models/packaging/card/model-card.js';
import type { Lineage } from '../../../models/packaging/lineage/lineage.js';
import {
  CARD,
  MONITOR,
  type Registered,
  registeredVersion,
  scratchDirectory,
} from '../../models/packaging/packaged-world.js';
import { post } from '../../models/serving/serving-fixture.js';
import { startTestStack, type TestStack } from '../../support/test-stack.js';
import { document, millrace } from '../millrace.js';

interface Exported {
  readonly packageHash: string;
  readonly missing: readonly string[];
}
interface Imported {
  readonly model: string;
  readonly version: number;
  readonly packageHash: string;
}

const cleanUps: (() => Promise<void>)[] = [];
let origin: Registered;
let directory: string;
let elsewhere: TestStack;
let gateway: string;

beforeAll(async () => {
  const cleanUp = (work: () => Promise<void>) => cleanUps.push(work);
  directory = await scratchDirectory(cleanUp);
  // Of high risk, it could not be promoted without a fairness check.
  const monitor = MONITOR.replace('  risk: high\n', '');
  origin = await registeredVersion({ blocks: `${monitor}${CARD}`, cleanUp });
  elsewhere = await startTestStack();
  cleanUp(() => elsewhere.close());
  await elsewhere.startWorker();
  gateway = (await elsewhere.startGateway()).ready.address ?? '';
});
afterAll(async () => {
  for (const cleanUp of cleanUps.reverse()) await cleanUp();
});

const here = (...args: string[]) =>
  millrace(args, { cwd: directory, env: { MILLRACE_HOME: origin.world.home.root } });
const there = (...args: string[]) =>
  millrace(args, {
    cwd: directory,
    env: { MILLRACE_HOME: elsewhere.home.root, TEMPORAL_ADDRESS: elsewhere.server.address },
  });

describe('a version goes to another installation', () => {
  test('exported here, imported there, promoted and asked', async () => {
    const exported = document<Exported>(
      await here('models', 'export', 'bikes@1', '--out', 'bikes.tar', '--json'),
    );
    const imported = document<Imported>(
      await there('models', 'import', 'bikes.tar', '--hash', exported.packageHash, '--json'),
    );
    expect(imported).toMatchObject({
      model: 'bikes',
      version: 1,
      packageHash: exported.packageHash,
    });
    const again = await there('models', 'import', 'bikes.tar', '--json');
    expect(document<Imported>(again).version).toBe(1);
    const named = await there('models', 'import', 'bikes.tar', '--as', 'wheels', '--json');
    expect(document<Imported>(named)).toMatchObject({ model: 'wheels', version: 1 });

    const { code, stderr } = await there('promote', 'bikes@1', '--reason', 'it came');
    expect(code, stderr).toBe(0);
    const example = JSON.parse(
      await readFile(join(await unpacked(exported.packageHash), 'example.json'), 'utf8'),
    );
    const answered = await post(`${gateway}/models/bikes/invocations`, example.request);
    expect(answered.body.predictions).toEqual(example.answer.predictions);

    const lineage = document<Lineage>(await there('models', 'lineage', 'bikes', '--json'));
    expect(lineage.registered.imported).toMatchObject({ packageHash: exported.packageHash });
    expect(lineage.deployments).toHaveLength(1);
    const card = document<ModelCard>(await there('models', 'card', 'wheels@1', '--json'));
    expect(card).toMatchObject({ model: 'wheels', version: 1, isComplete: true });
  });

  /** Exports it there: the same package again. */
  async function unpacked(hash: string): Promise<string> {
    const ended = await there('models', 'export', 'bikes@1', '--out', 'again', '--json');
    expect(document<Exported>(ended).packageHash).toBe(hash);
    return join(directory, 'again');
  }

  test('the card is a document on stdout, or a file of either kind', async () => {
    expect((await here('models', 'card', 'bikes')).stdout).toContain(
      '# Model card: bikes, version 1',
    );
    await here('models', 'card', 'bikes@1', '--out', 'card.md');
    expect(await readFile(join(directory, 'card.md'), 'utf8')).toContain('## Intended use');
    await here('models', 'card', 'bikes@1', '--out', 'card.json');
    const card = JSON.parse(await readFile(join(directory, 'card.json'), 'utf8'));
    expect(card).toMatchObject({ format: 'millrace-card/1', isComplete: true });
    const { stdout } = await here('models', 'lineage', 'bikes@1');
    expect(stdout).toContain(
      '├─ data\n│  ├─ source data/bikes.csv  sha256 777777777777  2000 rows',
    );
  });
});

describe('what cannot be done ends with a reason and its exit code', () => {
  test.each([
    [['models', 'card', 'bike'], 65, 'there is no model bike'],
    [['models', 'export', 'bikes@7', '--out', 'x.tar'], 65, 'bikes has no version 7'],
    [['models', 'export', 'bikes', '--out', 'x.tgz'], 2, 'is no kind of package'],
    [['models', 'export', 'bikes', '--out', '.'], 65, 'is there already'],
    [['models', 'dockerfile', 'bikes', '--out', '.'], 65, 'is there already'],
    [['models', 'import', 'nowhere.tar'], 65, 'there is no package'],
    [['models', 'import', 'x.tar', '--as', 'Not_Good'], 2, 'cannot be the name of a model'],
  ])('%s', async (args, code, message) => {
    const ended = await here(...args);
    expect(ended.stderr).toContain(message);
    expect(ended.code).toBe(code);
  });

  test('a package that was cut short or is another one', async () => {
    await here('models', 'export', 'bikes', '--out', 'whole.tar');
    const whole = await readFile(join(directory, 'whole.tar'));
    await writeFile(join(directory, 'cut.tar'), whole.subarray(0, 9_000));
    const cut = await here('models', 'import', 'cut.tar');
    expect([cut.code, cut.stderr]).toEqual([65, expect.stringContaining('it is no whole tar')]);
    const other = await here('models', 'import', 'whole.tar', '--hash', 'a'.repeat(64));
    expect([other.code, other.stderr]).toEqual([65, expect.stringContaining('is another package')]);
  });
});
