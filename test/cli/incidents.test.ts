import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { IncidentDocument } from '../../cli/incidents/read-incidents.js';
import type { TimelineEntry } from '../../cli/incidents/timeline.js';
import type { ModelStatus } from '../../cli/status/read-status.js';
import type { IncidentReport } from '../../monitoring/incidents/index.js';
import { document, millrace } from './millrace.js';
import { fillWatchedHome } from './watched-fixture.js';

let cwd: string;
beforeAll(async () => {
  cwd = await realpath(await mkdtemp(join(tmpdir(), 'millrace-cli-')));
  await fillWatchedHome(cwd);
});
afterAll(() => rm(cwd, { recursive: true, force: true }));

const call = (...args: string[]) => millrace(args, { cwd });

interface Listed {
  readonly incidents: readonly IncidentDocument[];
  readonly report: IncidentReport;
}

describe('incidents', () => {
  test('lists those that are open, and with --all every one, newest first', async () => {
    const open = document<Listed>(await call('incidents', '--json'));
    expect(open.incidents.map(({ name, status, severity }) => [name, status, severity])).toEqual([
      ['bikes#2', 'open', 'warning'],
    ]);
    // An action is known though no window was decided since.
    expect(open.incidents[0]?.respondedAt).not.toBeNull();
    for (const args of [
      ['incidents', '--all'],
      ['incidents', 'list', 'bikes', '--all'],
    ]) {
      const { incidents } = document<Listed>(await call(...args, '--json'));
      expect(incidents.map(({ name }) => name)).toEqual(['bikes#2', 'bikes#1']);
    }
    const words = await call('incidents');
    expect(words.stdout).toMatch(/bikes#2 +! warning +data-drift +2011-05-02/);
    expect(words.stdout).toContain('column temperature');
    expect(words.stdout).toContain('1 open, 1 closed');
  });

  test('says so where nothing is wrong, and refuses a model that there is not', async () => {
    const well = await call('incidents', 'coffee');
    expect(well).toMatchObject({ code: 0, stdout: '✓ no incident so far\n' });
    const unknown = await call('incidents', 'bike');
    expect(unknown.code).toBe(65);
    expect(unknown.stderr).toContain('bikes');
  });

  test('show tells what happened in order: windows, what was done, who was told', async () => {
    const shown = document<{ incident: IncidentDocument; timeline: TimelineEntry[] }>(
      await call('incidents', 'show', 'bikes#2', '--json'),
    );
    expect(shown.incident).toMatchObject({ kind: 'data-drift', since: '2011-05-02T00:00:00Z' });
    expect(shown.timeline.map(({ what, event }) => `${what} ${event}`)).toEqual([
      'window opened',
      'window escalated',
      'ledger retrain-started',
      'alert delivered',
      'ledger repaired',
      'ledger paused',
    ]);
    const words = (await call('incidents', 'show', 'bikes#2')).stdout;
    expect(words).toContain('1. column    temperature left its range (since 2011-05-02)');
    expect(words).toMatch(/told +on-call: bikes#2 concept-drift/);
    const first = (await call('incidents', 'show', 'bikes#1')).stdout;
    expect(first).toMatch(/recovered .* 20m after it was opened; it lasted 7d of event time/);
    expect(first).toContain('recovered: 2 of the last 2 windows were clean');
  });

  test.each([
    [['show', 'bikes'], 2, 'NAME#NUMBER'],
    [['show', 'bikes#9'], 65, 'the newest is bikes#2'],
    [['show', 'coffee#1'], 65, 'coffee never had one'],
    [['close', 'bikes#2'], 2, '--note'],
    [['close', 'bikes#2', '--note', ' '], 2, 'say why'],
    [['close', 'bikes#7', '--note', 'x'], 65, 'no incident bikes#7'],
    // Nothing runs here, and closing goes through the model's monitor.
    [['close', 'bikes#2', '--note', 'known'], 69, 'millrace up'],
    [['report', '--since', 'yesterday'], 2, 'time'],
  ] as const)('%j ends with %i and says what to do', async (args, code, said) => {
    const ended = await call('incidents', ...args);
    expect(ended.stderr).toContain(said);
    expect(ended.code).toBe(code);
  });

  test('close leaves one that is closed as it is, without a server', async () => {
    const again = await call('incidents', 'close', 'bikes#1', '--note', 'again');
    expect(again).toMatchObject({ code: 0, stdout: 'bikes#1 is closed already\n' });
  });

  test('report gives mean times and what comes back', async () => {
    const report = document<IncidentReport>(await call('incidents', 'report', '--json'));
    expect(report).toMatchObject({
      incidents: 2,
      open: 1,
      recover: { meanMs: 20 * 60_000, incidents: 1 },
      recurring: [{ kind: 'data-drift', cause: 'column temperature' }],
    });
    expect(report.respond.incidents).toBe(1);
    const none = document<IncidentReport>(
      await call('incidents', 'report', 'bikes', '--since', '2100-01-01', '--json'),
    );
    expect(none).toMatchObject({ incidents: 0, detect: { meanMs: null, incidents: 0 } });
    expect((await call('incidents', 'report')).stdout).toContain('what comes back');
  });
});

describe('status', () => {
  test('has one row a model, from the registry alone', async () => {
    const { models } = document<{ models: ModelStatus[] }>(await call('status', '--json'));
    expect(models.map(({ name, champion }) => [name, champion])).toEqual([
      ['bikes', 2],
      ['coffee', 1],
      ['new-model', null],
    ]);
    const [bikes, coffee, fresh] = models;
    expect(bikes).toMatchObject({
      verdict: 'concept-drift',
      drift: { share: 0.4, columns: ['temperature'] },
      performance: { metric: 'mae', value: 81, baseline: 60, relativeLoss: 0.35 },
      incident: { name: 'bikes#2', severity: 'warning' },
      lastAction: { action: 'paused', actor: 'user:ada' },
      automation: { mode: 'full', paused: { actor: 'user:ada' }, isBreakerOpen: false },
      waiting: [],
      imputed: ['humidity'],
      undoable: [{ what: 'repair' }],
      monitor: { nextWindow: { end: '2011-05-23T00:00:00Z' }, isOverdue: false },
    });
    expect(bikes?.performance?.recentLosses).toEqual([0.02, 0.05, 0.03, 0.04, 0.08, 0.35]);
    expect(coffee).toMatchObject({
      incident: null,
      verdict: 'ok',
      lastAction: { action: 'approval-requested' },
      waiting: [{ what: 'deploy', waitsFor: 'approval', detail: 'version 2 is of high risk' }],
      monitor: { isOverdue: true },
    });
    expect(fresh).toMatchObject({ drift: null, performance: null, monitor: null });
  });

  test('shows it in a table with what a person should know below', async () => {
    const { stdout } = await call('status');
    expect(stdout).toMatch(/bikes +2 +40 % +mae 81 \+35 % +\S+ +#2 data-drift +paused 2\dm ago/);
    expect(stdout).toMatch(/coffee +1 +0 % +mae 60 0 % +none/);
    expect(stdout).toContain(
      'automation is paused by ada, ends in 1h: the stations are being moved',
    );
    expect(stdout).toContain('the gateways fill in humidity');
    expect(stdout).toContain('the last repair can be taken back (millrace undo); that ends in');
    expect(stdout).toContain('a deploy waits for a person (millrace approve): version 2 is of');
    expect(stdout).toMatch(/coffee: its monitor last looked 3\dm ago/);
  });

  test('without a state directory there is nothing, and no error', async () => {
    const empty = await mkdtemp(join(tmpdir(), 'millrace-empty-'));
    for (const command of ['status', 'incidents']) {
      expect(await millrace([command], { cwd: empty })).toMatchObject({ code: 0 });
    }
    await rm(empty, { recursive: true });
  });
});
