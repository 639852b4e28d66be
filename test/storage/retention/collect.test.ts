import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ArtifactRef, Collected } from '../../../contracts/index.js';
import { openRegistryWriter } from '../../../models/registry/index.js';
import { createLocalArtifactStore } from '../../../storage/artifacts/local-store.js';
import { type HomeLayout, homeLayout } from '../../../storage/home/layout.js';
import { collect } from '../../../storage/retention/index.js';
import {
  cacheEntry,
  newVersion,
  OUTCOME,
  run,
  step,
} from '../../models/registry/sample-records.js';
import { type CompiledProgram, compileProgram } from '../../support/compiled-program.js';
import { eventually } from '../../support/eventually.js';

const LONG_AGO = new Date('2024-01-01T00:00:00Z');
const SINCE = '2024-06-01T00:00:00.000Z';

let directory: string;
let program: CompiledProgram;
/** What must be there after every kill, and what must be gone in the end. */
const needed: ArtifactRef[] = [];
const garbage: ArtifactRef[] = [];

beforeAll(async () => {
  program = await compileProgram('test/storage/retention/collecting-process');
  directory = await mkdtemp(join(tmpdir(), 'collect-'));
  const home = homeLayout(join(directory, 'before'));
  await mkdir(home.root);
  const artifacts = createLocalArtifactStore(home.artifactsDir);
  const registry = await openRegistryWriter(home.registryFile);
  const put = async (text: string): Promise<ArtifactRef> => {
    const ref = await artifacts.putBytes(Buffer.from(text), 'application/octet-stream');
    const path = await artifacts.localPath(ref);
    await utimes(path, LONG_AGO, LONG_AGO);
    return ref;
  };
  const ran = async (runId: string, data: ArtifactRef, over: Parameters<typeof run>[1]) => {
    const outcome = { ...OUTCOME, outputs: { ...OUTCOME.outputs, artifacts: { data } } };
    await registry.openRun(run(runId, over));
    await registry.completeStep(
      step(runId, 'ingest', { cacheKey: runId, outcome }),
      cacheEntry(runId, { runId, outcome }),
    );
    for (const place of [join(home.logsDir, 'runs', runId), join(home.workDir, runId)]) {
      await mkdir(place, { recursive: true });
      await writeFile(join(place, 'ingest.1.log'), 'said');
      await utimes(join(place, 'ingest.1.log'), LONG_AGO, LONG_AGO);
      await utimes(place, LONG_AGO, LONG_AGO);
    }
  };
  const old = { status: 'completed', endedAt: '2024-01-02T00:00:00.000Z' } as const;
  for (const name of ['old-1', 'old-2']) {
    const data = await put(`data of ${name}`);
    garbage.push(data);
    await ran(name, data, old);
  }
  for (const [name, over] of [
    ['young', { ...old, endedAt: '2024-06-02T00:00:00.000Z' }],
    ['running', { startedAt: '2024-06-02T00:00:00.000Z' }],
  ] as const) {
    const data = await put(`data of ${name}`);
    needed.push(data);
    await ran(name, data, over);
  }
  // Of a version: its manifest, and what stands in the manifest alone.
  const weights = await put('weights');
  const manifest = await put(JSON.stringify({ format: 'model', onnx: weights }));
  needed.push(weights, manifest);
  await registry.registerVersion('e1', { ...newVersion('bikes'), manifest }, 'ann', 'r');
  const pinned = await put('pinned');
  needed.push(pinned);
  await registry.retention.putPin({
    subject: `artifact/${pinned.sha256}`,
    actor: 'ann',
    reason: 'r',
    at: 't',
  });
  garbage.push(await put('nobody refers to it'));
  await registry.close();
  // The file is whole once its write-ahead log is merged into it.
  await eventually(async () => expect(await readdir(home.root)).not.toContain('registry.db-wal'));
});
afterAll(async () => {
  await program?.remove();
  await rm(directory, { recursive: true, force: true });
});

async function collectIn(home: HomeLayout, killAt = 0) {
  const { stdout } = await promisify(execFile)(process.execPath, [
    program.path,
    home.root,
    SINCE,
    String(killAt),
  ]);
  return JSON.parse(stdout) as { readonly changes: number; readonly collected: Collected };
}

/** The collection after a kill, without the cost of a process of its own. */
async function collectHere(home: HomeLayout): Promise<void> {
  const registry = await openRegistryWriter(home.registryFile);
  const { retention } = registry;
  await collect({
    places: home,
    keepSince: SINCE,
    nowMs: Date.now(),
    dryRun: false,
    needs: {
      retainedRuns: () => retention.retainedRuns({ since: SINCE }),
      forgetStaleResults: () => retention.forgetStaleEntries({ since: SINCE }),
      texts: () => retention.referringTexts({ since: SINCE }),
      oldestRunUnderWay: () => retention.oldestRunUnderWay(),
    },
  });
  await registry.close();
}

async function copyHome(name: string): Promise<HomeLayout> {
  const home = homeLayout(join(directory, name));
  await cp(join(directory, 'before'), home.root, { recursive: true });
  // To copy a file is to read it: who needed it last is set again.
  for (const place of [home.artifactsDir, home.logsDir, home.workDir]) {
    for (const name of await readdir(place, { recursive: true })) {
      await utimes(join(place, name), LONG_AGO, LONG_AGO);
    }
  }
  return home;
}

async function missing(home: HomeLayout, refs: readonly ArtifactRef[]) {
  const artifacts = createLocalArtifactStore(home.artifactsDir);
  const there = await Promise.all(
    refs.map((ref) =>
      artifacts.readBytes(ref).then(
        () => true,
        () => false,
      ),
    ),
  );
  return there.filter((found) => !found).length;
}

async function expectCollected(home: HomeLayout): Promise<void> {
  expect(await missing(home, needed)).toBe(0);
  expect(await missing(home, garbage)).toBe(garbage.length);
  expect(await readdir(join(home.artifactsDir, 'condemned'))).toEqual([]);
  expect((await readdir(join(home.logsDir, 'runs'))).sort()).toEqual(['running', 'young']);
  expect((await readdir(home.workDir)).sort()).toEqual(['running', 'young']);
}

it('removes what nothing needs, says how much, and leaves everything else', async () => {
  const home = await copyHome('whole');
  const { collected } = await collectIn(home);
  const bytes = garbage.reduce((sum, ref) => sum + ref.bytes, 0);
  expect(collected).toMatchObject({
    artifacts: 3,
    cacheEntries: 2,
    logs: 2,
    workDirectories: 2,
    freedBytes: bytes + 4 * 'said'.length,
    keptArtifacts: 5,
  });
  await expectCollected(home);
  expect((await collectIn(home)).collected).toMatchObject({ artifacts: 0, freedBytes: 0 });
});

it('killed before any of its changes, it loses nothing that is needed, and the next ends it', async () => {
  const { changes } = await collectIn(await copyHome('count'));
  expect(changes).toBeGreaterThan(10);
  for (let killAt = 1; killAt <= changes; killAt += 1) {
    const home = await copyHome(`killed-${killAt}`);
    await expect(collectIn(home, killAt)).rejects.toMatchObject({ signal: 'SIGKILL' });
    expect(await missing(home, needed)).toBe(0);
    await collectHere(home);
    await expectCollected(home);
    await rm(home.root, { recursive: true });
  }
}, 240_000);
