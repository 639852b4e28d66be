import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { standInVersion } from '../../../activities/repairs/stand-in-version.js';
import { MEDIA_TYPE, type ModelSignature } from '../../../contracts/index.js';
import { openRegistryWriter, type RegistryWriter } from '../../../models/registry/index.js';
import { createLocalArtifactStore } from '../../../storage/artifacts/local-store.js';
import { newVersion, transition } from '../../models/registry/sample-records.js';
import { LINEAR } from '../../models/serving/serving-fixture.js';

const MODEL = 'bikes';
/** As a model that learned from data without a missing value. */
const COMPLETE: ModelSignature = {
  ...LINEAR,
  inputs: LINEAR.inputs.map((input) => ({ ...input, nullable: false })),
};

let directory: string;
let registry: RegistryWriter;
let registered: number;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'stand-in-'));
  registry = await openRegistryWriter(join(directory, 'registry.db'));
  registered = 0;
});
afterEach(async () => {
  await registry.close();
  rmSync(directory, { recursive: true, force: true });
});

it('is the first that takes what the champion’s requests may lack', async () => {
  await champion(LINEAR);
  await champion(COMPLETE);
  await champion(LINEAR);
  expect(await standIn([2, 1])).toEqual({ version: 1 });
});

it('is none, with the reason, where no gateway would let any answer', async () => {
  await champion(COMPLETE);
  await champion(LINEAR);
  expect(await standIn([1])).toEqual({
    problem: 'version 1 cannot stand in: it needs b, which requests may leave out',
  });
});

it('says where there is no earlier one', async () => {
  await champion(LINEAR);
  expect(await standIn([])).toHaveProperty('problem', expect.stringContaining('no version was'));
});

const artifacts = () => createLocalArtifactStore(join(directory, 'artifacts'));

function standIn(versions: readonly number[]) {
  return standInVersion({ registry, artifacts: artifacts() }, MODEL, versions);
}

async function champion(signature: ModelSignature): Promise<void> {
  registered += 1;
  const sample = newVersion(MODEL);
  const onnx = await artifacts().putBytes(Buffer.from(`graph ${registered}`), MEDIA_TYPE.onnx);
  const content = { ...sample.content, onnx, signature };
  await registry.registerVersion(`run-${registered}`, { ...sample, content }, 'test', 'a version');
  await registry.transition(transition(MODEL, registered, registered));
}
