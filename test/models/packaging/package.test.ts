import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { cardOfVersion } from '../../../models/packaging/card/card-of-version.js';
import { gatherPackage } from '../../../models/packaging/export-package.js';
import { importPackage, storePackage } from '../../../models/packaging/import-package.js';
import { readLineage } from '../../../models/packaging/lineage/lineage.js';
import { packageHash } from '../../../models/packaging/package-manifest.js';
import { readPackage } from '../../../models/packaging/read-package.js';
import { writePackageDirectory, writePackageTar } from '../../../models/packaging/write-package.js';
import { transition } from '../registry/sample-records.js';
import { createWorld, get, untilServed, type World } from '../serving/serving-fixture.js';
import {
  CARD,
  exportPorts,
  MONITOR,
  type Registered,
  registeredVersion,
  scratchDirectory,
} from './packaged-world.js';

const BLOCKS = `${MONITOR}${CARD}`;

async function tarOf({ ports, record }: Pick<Registered, 'ports' | 'record'>): Promise<string> {
  const file = join(await scratchDirectory(), 'bikes.tar');
  await writePackageTar(file, await gatherPackage(ports, record));
  return file;
}

async function importInto(world: World, path: string, model = 'bikes') {
  const read = await readPackage(path, await scratchDirectory());
  return importPackage(world, {
    manifest: await storePackage(world.artifacts, read),
    model,
    baseDirectory: '/elsewhere',
    actor: 'user:ada',
  });
}

describe('a package', () => {
  it('holds what it is made of, each file with its hash', async () => {
    const { ports, record } = await registeredVersion({ blocks: BLOCKS });
    const { manifest } = await gatherPackage(ports, record);
    expect(manifest.files.map(({ path }) => path)).toEqual([
      'LICENSE',
      'card.json',
      'card.md',
      'code.json',
      'data.json',
      'edge/index.html',
      'edge/predict.mjs',
      'edge/predict.py',
      'example.json',
      'model.json',
      'model.onnx',
      'performance.json',
      'plan.json',
      'preprocessing.json',
      'profile.json',
      'requirements.txt',
      'signature.json',
      'version.json',
    ]);
    const directory = join(await scratchDirectory(), 'package');
    await writePackageDirectory(directory, await gatherPackage(ports, record));
    const text = (name: string) => readFile(join(directory, name), 'utf8');
    expect(await text('requirements.txt')).toBe(
      '# Python 3.11.7\njoblib==1.6.0\nscikit-learn==1.9.1\n',
    );
    expect(await text('LICENSE')).toBe('SPDX-License-Identifier: Apache-2.0\n');
    expect(JSON.parse(await text('code.json'))).toMatchObject({
      git: { commit: 'd'.repeat(40), dirty: false, path: 'bikes/' },
      planHash: record.planHash,
    });
    expect(JSON.parse(await text('example.json'))).toMatchObject({
      request: {
        dataframe_records: [
          { a: -2, b: -2 },
          { a: 0, b: 0 },
          { a: 2, b: 2 },
        ],
      },
      answer: { predictions: [-6, 0, 6] },
    });
  });

  it('says what it could not be given', async () => {
    const { ports, record } = await registeredVersion();
    const { manifest } = await gatherPackage(ports, record);
    expect(manifest.missing).toEqual(
      expect.arrayContaining([
        'a baseline profile (the pipeline has no monitor)',
        'a licence (`card.licence`, or a file beside the pipeline)',
        'card, use: an owner (`card.owner`)',
      ]),
    );
  });

  it('is the same to the last bit whenever it is exported, whatever became of the version', async () => {
    const registered = await registeredVersion({ blocks: BLOCKS });
    const before = await tarOf(registered);
    await registered.world.registry.transition(transition('bikes', 1, 1));
    await registered.world.registry.transition(transition('bikes', 2, null));
    const after = await tarOf(registered);
    expect(await readFile(after)).toEqual(await readFile(before));
    const directory = join(await scratchDirectory(), 'package');
    await writePackageDirectory(
      directory,
      await gatherPackage(registered.ports, registered.record),
    );
    const [tar, plain] = [after, directory].map(async (path) =>
      readPackage(path, await scratchDirectory()),
    );
    expect((await tar)?.hash).toBe((await plain)?.hash);
  });

  it('is not written over what is there', async () => {
    const { ports, record } = await registeredVersion();
    const directory = await scratchDirectory();
    const made = await gatherPackage(ports, record);
    await writePackageDirectory(join(directory, 'package'), made);
    await expect(writePackageDirectory(join(directory, 'package'), made)).rejects.toMatchObject({
      type: 'InvalidInput',
    });
  });
});

describe('imported elsewhere', () => {
  it('it is one version, however often it comes, and answers the same through a gateway', async () => {
    const registered = await registeredVersion({ blocks: BLOCKS });
    const { ports, record, world } = registered;
    const tar = await tarOf(registered);
    const other = await createWorld(onTestFinished);
    const imported = await importInto(other, tar);
    expect(imported).toMatchObject({
      model: 'bikes',
      version: 1,
      content: record.content,
      monitor: record.monitor,
      planHash: record.planHash,
      provenance: { imported: { model: 'bikes', version: 1 } },
    });
    expect((await importInto(other, tar)).version).toBe(1);
    expect(await importInto(other, tar, 'wheels')).toMatchObject({ model: 'wheels', version: 1 });

    const answers = async (of: World) => {
      await of.promote('bikes', 1);
      const gateway = await of.gateway();
      await untilServed(gateway, 'bikes', 1);
      const rows = Array.from({ length: 50 }, (_, row) => ({ a: row / 7, b: row }));
      const { body } = await get(`${gateway.address}/models/bikes/invocations`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ dataframe_records: rows }),
      });
      return body.predictions;
    };
    expect(await answers(other)).toEqual(await answers(world));

    const again = await gatherPackage(exportPorts(other), imported);
    expect(packageHash(again.manifest)).toBe(
      packageHash((await gatherPackage(ports, record)).manifest),
    );
    expect(await readFile(await tarOf({ ports: exportPorts(other), record: imported }))).toEqual(
      await readFile(tar),
    );
  });

  it('it keeps its card and its lineage under the name that it has there', async () => {
    const { ports, record, ...registered } = await registeredVersion({ blocks: BLOCKS });
    const other = await createWorld(onTestFinished);
    const imported = await importInto(other, await tarOf({ ports, record }), 'wheels');
    const there = await cardOfVersion(exportPorts(other), imported, 'as-registered');
    const here = await cardOfVersion(ports, record, 'as-registered');
    expect(there).toMatchObject({ model: 'wheels', isComplete: true, sections: here.sections });
    const { registered: as, run } = await readLineage(exportPorts(other), imported);
    expect(as.imported).toMatchObject({ model: 'bikes', version: 1 });
    expect(run).toMatchObject({ runId: record.runId, pipeline: 'bikes', trigger: null });
    await registered.world.registry.transition(transition('bikes', 1, 1));
    const lineage = await readLineage(ports, record);
    expect(lineage.data.map(({ role, rows }) => [role, rows])).toEqual([
      ['source', 2_000],
      ['training', 4_000],
      ['hold-out', 400],
    ]);
    expect(lineage.run.steps.map(({ step }) => step)).toEqual([
      'ingest',
      'validate',
      'forest',
      'line',
      'evaluate',
    ]);
    expect(lineage.deployments).toMatchObject([{ to: null }]);
  });
});
