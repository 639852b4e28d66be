import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { GroupRecord } from '../../processes/group-records.js';
import { livingMembers, processIdentity } from '../../processes/process-identity.js';
import { recordFiles } from '../../processes/record-files.js';
import { compileSources } from '../support/compiled-program.js';
import { eventually, RUN_ID, script, stepBench, textOf } from './step-bench.js';

const bench = stepBench();
const children: ChildProcess[] = [];
let compiled = '';

/** A worker in a process of its own: runs `count` steps of `./family` and waits. */
const WORKER = `
import { createProcessRunner } from './processes/process-runner.js';
import { createLocalArtifactStore } from './storage/artifacts/local-store.js';
import { homeLayout } from './storage/home/layout.js';
import { pino } from 'pino';
const [root, base, count] = process.argv.slice(2);
const home = homeLayout(root);
const runner = createProcessRunner({
  home, artifacts: createLocalArtifactStore(home.artifactsDir), logger: pino({ level: 'silent' }),
});
await Promise.all(Array.from({ length: Number(count) }, (_, i) => runner.run({
  runId: '${RUN_ID}', stepId: 's' + i, attempt: 1, argv: ['./family', String(i)], shell: false,
  baseDirectory: base, values: {}, artifacts: {}, env: {}, signal: new AbortController().signal,
  killAfterMs: 1000, onProgress: () => undefined,
})));
`;

/** A worker that dies after it has made the process and before anyone was told of it. */
const INTERRUPTED = `
import { writeFileSync } from 'node:fs';
import { spawnGated } from './processes/gated-process.js';
import { openStepPipes } from './processes/step-pipes.js';
const [base] = process.argv.slice(2);
const [stdout, stderr, progress] = await openStepPipes(3);
const options = { cwd: base, env: process.env, pipes: { stdout, stderr, progress } };
const { pid } = await spawnGated(['touch', base + '/started'], options);
writeFileSync(base + '/group-0', String(pid));
process.kill(process.pid, 'SIGKILL');
`;

/** Ignores SIGTERM, has a child, and names its group in a file. */
const FAMILY = `#!/bin/sh
trap '' TERM HUP INT
sleep 1000 &
echo $$ > "$MILLRACE_BASE_DIRECTORY/group-$1.new"
mv "$MILLRACE_BASE_DIRECTORY/group-$1.new" "$MILLRACE_BASE_DIRECTORY/group-$1"
sleep 1000
`;

beforeAll(async () => {
  ({ directory: compiled } = await compileSources([
    'processes/process-runner.ts',
    'storage/artifacts/local-store.ts',
    'storage/home/layout.ts',
  ]));
  await writeFile(join(compiled, 'worker.mjs'), WORKER);
  await writeFile(join(compiled, 'interrupted.mjs'), INTERRUPTED);
});
afterAll(() => rm(compiled, { recursive: true, force: true }));
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

function start(command: string, args: readonly string[]): ChildProcess {
  const child = spawn(command, args, { stdio: 'ignore', detached: true });
  children.push(child);
  return child;
}

function startWorker(count: number): ChildProcess {
  const { home, base } = bench();
  return start(process.execPath, [join(compiled, 'worker.mjs'), home.root, base, String(count)]);
}

async function kill(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

const gone = (group: number) => eventually(async () => (await livingMembers(group)).length === 0);

it('leaves no process of any step when the worker is killed', async () => {
  await script(bench(), 'family', FAMILY);
  const worker = startWorker(3);
  const groups = await Promise.all(
    [0, 1, 2].map(async (i) => Number(await textOf(join(bench().base, `group-${i}`)))),
  );
  for (const group of groups) {
    expect((await livingMembers(group)).length).toBeGreaterThan(1);
  }
  await kill(worker);
  await Promise.all(groups.map(gone));
});

/** Every process started for this test's pipeline, also one that no record knows of yet. */
async function processesOf(base: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
    if (environment.split('\0').includes(`MILLRACE_BASE_DIRECTORY=${base}`)) found.push(pid);
  }
  return found;
}

it.runIf(process.platform === 'linux')('leaves none at whatever moment it is killed', async () => {
  await script(bench(), 'family', FAMILY);
  const groupsDir = join(bench().home.runtimeDir, 'groups');
  for (let round = 0; round < 6; round++) {
    const worker = startWorker(4);
    // The first record is on disk before its step may start; the kill comes somewhere after.
    await eventually(async () => (await readdir(groupsDir).catch(() => [])).length > round % 4);
    await kill(worker);
    await eventually(async () => (await processesOf(bench().base)).length === 0);
    await rm(groupsDir, { recursive: true });
  }
});

it('starts no command when the worker dies before the watchdog knows', async () => {
  const { base } = bench();
  const worker = start(process.execPath, [join(compiled, 'interrupted.mjs'), base]);
  expect(await once(worker, 'exit')).toEqual([null, 'SIGKILL']);
  await gone(Number(await textOf(join(base, 'group-0'))));
  expect(await readdir(base)).toEqual(['group-0']);
});

it('sweeps what a worker left whose watchdog was killed as well', async () => {
  const { home, runner } = bench();
  const records = recordFiles<GroupRecord>(join(home.runtimeDir, 'groups'));
  const left = start('sleep', ['1000']);
  const group = left.pid ?? 0;
  const identity = (await processIdentity(group)) ?? '';
  const step = { runId: RUN_ID, stepId: 's', attempt: 1 };
  await records.put(String(group), {
    group,
    identity,
    ...step,
    worker: { pid: group, identity: 'an earlier boot' },
  });
  const exited = once(left, 'exit');
  expect(await runner.sweep()).toEqual([group]);
  expect(await exited).toEqual([null, 'SIGKILL']);
  expect(await runner.sweep()).toEqual([]);
});

it('does not sweep a stranger with a recycled id, nor the step of a living worker', async () => {
  const { home, runner } = bench();
  const groups = join(home.runtimeDir, 'groups');
  const records = recordFiles<GroupRecord>(groups);
  const [stranger, busy] = [start('sleep', ['1000']), start('sleep', ['1000'])];
  const step = { runId: RUN_ID, stepId: 's', attempt: 1 };
  const dead = { pid: stranger.pid ?? 0, identity: 'gone' };
  const alive = { pid: process.pid, identity: (await processIdentity(process.pid)) ?? '' };
  const of = (process: typeof busy) => ({ ...step, group: process.pid ?? 0 });
  await records.put(`${stranger.pid}`, { ...of(stranger), identity: 'another', worker: dead });
  const identity = (await processIdentity(busy.pid ?? 0)) ?? '';
  await records.put(`${busy.pid}`, { ...of(busy), identity, worker: alive });
  await mkdir(groups, { recursive: true });
  await writeFile(join(groups, '999999.json'), '{"half');
  expect(await runner.sweep()).toEqual([]);
  expect(await readdir(groups)).toEqual([`${busy.pid}.json`]);
  expect((await livingMembers(stranger.pid ?? 0)).length).toBe(1);
  expect((await livingMembers(busy.pid ?? 0)).length).toBe(1);
});
