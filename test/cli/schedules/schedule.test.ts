import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestStack, type TestStack } from '../../support/test-stack.js';
import { document, millrace } from '../millrace.js';

let stack: TestStack;
let cwd: string;
beforeAll(async () => {
  stack = await startTestStack();
  await stack.startWorker();
  cwd = mkdtempSync(join(tmpdir(), 'millrace-schedule-'));
});
afterAll(async () => {
  await stack?.close();
  rmSync(cwd, { recursive: true, force: true });
});

function write(name: string, schedule: string, step = '{uses: noop, with: {x: "${params.n}"}}') {
  const text = `apiVersion: millrace/v1
name: ${name}
params:
  n: {type: integer, default: 3, max: 9}
steps: {a: ${step}}
schedule: ${schedule}
`;
  writeFileSync(join(cwd, `${name}.yaml`), text);
  return `${name}.yaml`;
}

/** The command line beside the running server, over the state that its worker has. */
const call = (...args: string[]) =>
  millrace(args, {
    cwd,
    env: { TEMPORAL_ADDRESS: stack.server.address, MILLRACE_HOME: stack.home.root },
  });

interface Listed {
  readonly name: string;
  readonly paused: boolean;
  readonly note: string | null;
  readonly spec: { readonly params?: unknown } | null;
  readonly nextRuns: readonly string[];
  readonly nextRunsLocal: readonly string[];
  readonly runs: number;
  readonly last: { readonly status: string; readonly scheduledAt: string } | null;
}

async function listed(name: string): Promise<Listed> {
  const ended = await call('schedule', 'list', '--json');
  expect(ended.code).toBe(0);
  const found = document<{ schedules: Listed[] }>(ended).schedules.find(
    (schedule) => schedule.name === name,
  );
  if (found === undefined) throw new Error(`${name} is not listed`);
  return found;
}

describe('where nothing runs', () => {
  test.each([
    ['list'],
    ['pause', 'x', '--reason', 'y'],
    ['resume', 'x'],
    ['delete', 'x'],
    ['backfill', 'x', '--from', '2026-01-01', '--to', '2026-01-02', '--dry-run'],
  ])('schedule %s says so, and starts and writes nothing', async (...args) => {
    const empty = mkdtempSync(join(cwd, 'empty-'));
    const ended = await millrace(['schedule', ...args], { cwd: empty });
    expect(ended.code).toBe(69);
    expect(ended.stderr).toContain('nothing runs here');
    expect(ended.stderr).toContain('millrace up');
    expect(await readdir(empty)).toEqual([]);
  });
});

test('plan shows the five times that the server has, and what daylight saving does', async () => {
  const file = write('planned', '{cron: "30 2 * * *", timezone: Europe/Berlin}');
  await call('schedule', 'apply', file);
  const plan = document<{
    warnings: string[];
    schedule: { next: { utc: string; local: string }[]; warnings: string[] };
  }>(await call('plan', file, '--json'));
  const { nextRuns, nextRunsLocal } = await listed('planned');
  expect(plan.schedule.next).toHaveLength(5);
  expect(plan.schedule.next.map(({ utc }) => Date.parse(utc))).toEqual(
    nextRuns.slice(0, 5).map((time) => Date.parse(time)),
  );
  expect(plan.schedule.next.map(({ local }) => local)).toEqual(nextRunsLocal.slice(0, 5));
  // A year has both changes, in one order or the other.
  expect([...plan.schedule.warnings].sort()).toEqual([
    expect.stringMatching(/^on 20\d\d-03-\d\d the clocks .* forward: 02:30 is skipped/),
    expect.stringMatching(/^on 20\d\d-10-\d\d the clocks .* back: 02:30 comes twice and runs once/),
  ]);
  expect(plan.warnings).toEqual(plan.schedule.warnings);
  const { stdout } = await call('plan', file);
  expect(stdout).toMatch(/^Europe\/Berlin +UTC$/m);
  expect(stdout).toMatch(/02:30:00 \+0[12]:00 +20\d\d-\d\d-\d\d 0[01]:30:00/);
});

test('the plan of a schedule that is over says so', async () => {
  const over = write('over', '{cron: "@daily", endAt: 2020-01-01}');
  const { stdout } = await call('plan', over);
  expect(stdout).toContain('the schedule fires no more');
});

test('apply, change, pause, apply again, resume, delete', async () => {
  const file = write('steady', '{cron: "0 3 * * MON", timezone: Europe/Berlin}');
  const created = document(await call('schedule', 'apply', file, '--json'));
  expect(created).toMatchObject({ name: 'steady', change: 'created', differences: [] });
  expect(document(await call('schedule', 'apply', file, '--json'))).toMatchObject({
    change: 'unchanged',
    differences: [],
  });

  const paused = await call('schedule', 'pause', 'steady', '--reason', 'stock-taking');
  expect(paused).toMatchObject({ code: 0, stdout: 'steady: paused\n' });

  write('steady', '{cron: "0 4 * * MON", timezone: Europe/Berlin, params: {n: 5}}');
  const updated = await call('schedule', 'apply', file, '--param', 'n=6');
  expect(updated.stdout).toContain('cron: 0 3 * * MON → 0 4 * * MON\n');
  expect(updated.stdout).toContain('params.n: 3 → 6\n');
  expect(updated.stdout).toContain('it stays paused');
  expect(await listed('steady')).toMatchObject({
    paused: true,
    spec: { params: { n: 6 } },
    note: expect.stringMatching(/^user:.+: stock-taking$/),
  });
  expect((await call('schedule', 'list')).stdout).toMatch(
    /^steady .*paused: user:.*stock-taking$/m,
  );

  expect(await call('schedule', 'resume', 'steady')).toMatchObject({ stdout: 'steady: goes on\n' });
  expect(document(await call('schedule', 'resume', 'steady', '--json'))).toMatchObject({
    paused: false,
    changed: false,
  });
  expect((await listed('steady')).paused).toBe(false);

  expect((await call('schedule', 'delete', 'steady')).code).toBe(0);
  for (const args of [['delete'], ['resume'], ['trigger'], ['pause', '--reason', 'x']]) {
    const [verb = '', ...options] = args;
    const ended = await call('schedule', verb, 'steady', ...options);
    expect({ verb, code: ended.code }).toEqual({ verb, code: 65 });
    expect(ended.stderr).toContain('there is no schedule named steady');
  }
});

test('a backfill says how many runs it starts, starts them, and their days are theirs', async () => {
  const file = write('refilled', '{cron: "0 5 * * *", timezone: Asia/Kolkata, params: {n: 4}}');
  await call('schedule', 'apply', file);
  const span = ['--from', '2026-01-01', '--to', '2026-01-04'];
  const dry = await call('schedule', 'backfill', 'refilled', ...span, '--dry-run');
  expect(dry.stdout).toContain('would start 3 runs');
  expect(dry.stdout).toContain('\n  2026-01-01 23:30:00\n');
  const planned = document<{ runs: number; times: string[] }>(
    await call('schedule', 'backfill', 'refilled', ...span, '--dry-run', '--json'),
  );
  expect(planned.runs).toBe(3);
  const started = await call('schedule', 'backfill', 'refilled', ...span, '--json');
  expect(document(started)).toMatchObject({ runs: 3, times: planned.times, dryRun: false });
  await expect
    .poll(
      async () => (await stack.registry.runs({ pipeline: 'refilled' })).map(({ status }) => status),
      { timeout: 30_000, interval: 200 },
    )
    .toEqual(['completed', 'completed', 'completed']);
  const runs = await stack.registry.runs({ pipeline: 'refilled' });
  expect(runs.map(({ asOf }) => asOf).sort()).toEqual(planned.times);
  expect(runs.map(({ params }) => params)).toEqual([{ n: 4 }, { n: 4 }, { n: 4 }]);
});

test.each([
  [['--from', '2026-01-02', '--to', '2026-01-01'], 2, '--from is after --to'],
  [['--from', '2026-01-02', '--to', '2999-01-01'], 2, '--to lies ahead'],
  [['--from', 'yesterday', '--to', '2026-01-01'], 2, 'it must be a time'],
  [['--from', '2026-01-01', '--to', '2026-01-02', '--overlap', 'queue'], 2, 'bufferAll'],
  [['--from', '2026-01-01', '--to', '2026-01-02'], 65, 'there is no schedule named nowhere'],
])('a backfill %j is refused', async (args, code, words) => {
  const ended = await call('schedule', 'backfill', 'nowhere', ...args);
  expect(ended.code).toBe(code);
  expect(ended.stderr).toContain(words);
});

test('a failed run pauses its schedule where the file says so, and the list tells why', async () => {
  const schedule = '{every: 100d, pauseOnFailure: true}';
  const file = write('touchy', schedule, '{run: [sh, -c, "exit 3"], retry: {maxAttempts: 1}}');
  await call('schedule', 'apply', file);
  expect((await call('schedule', 'trigger', 'touchy')).code).toBe(0);
  await expect
    .poll(() => listed('touchy'), { timeout: 30_000, interval: 300 })
    .toMatchObject({
      paused: true,
      note: expect.stringContaining('fail'),
      runs: 1,
      last: { status: 'failed' },
    });
});

test('the list says how the last run ended, a failed one too', async () => {
  const file = write(
    'unlucky',
    '{every: 100d}',
    '{run: [sh, -c, "exit 3"], retry: {maxAttempts: 1}}',
  );
  await call('schedule', 'apply', file);
  await call('schedule', 'trigger', 'unlucky');
  await expect
    .poll(async () => (await listed('unlucky')).last?.status, { timeout: 30_000, interval: 300 })
    .toBe('failed');
  expect((await listed('unlucky')).paused).toBe(false);
});

test('a warning of the clocks is told at apply', async () => {
  const file = write('warned', '{cron: "30 2 * * *", timezone: Europe/Berlin}');
  const ended = await call('schedule', 'apply', file);
  expect(ended.stderr).toContain('02:30 is skipped');
  expect(ended.code).toBe(0);
});
