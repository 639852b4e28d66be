import { readdirSync, readFileSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { DefaultLogger, makeTelemetryFilterString, Runtime, Worker } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import { beforeAll, describe, expect, it } from 'vitest';
import { WORKFLOW } from '../../contracts/index.js';
import { packageRoot } from '../../setup/places.mjs';

const DIRECTORY = join(import.meta.dirname, 'histories');
const NAMES = readdirSync(DIRECTORY).filter((name) => name.endsWith('.json'));

const BUNDLE = join(packageRoot(), 'dist', 'workflows.bundle.js');

/** What is small enough to be read in a review of a change. */
const MOST_BYTES = 400_000;

const read = (name: string) => readFileSync(join(DIRECTORY, name), 'utf8');
const historyOf = (name: string) => historyFromJSON(JSON.parse(read(name)));
const startOf = (name: string) => {
  const started = historyOf(name).events?.[0]?.workflowExecutionStartedEventAttributes;
  if (started == null) throw new Error(`${name} does not begin with the start of a workflow`);
  return started;
};

beforeAll(() => {
  Runtime.install({
    logger: new DefaultLogger('ERROR'),
    telemetryOptions: {
      logging: { filter: makeTelemetryFilterString({ core: 'ERROR', other: 'ERROR' }) },
    },
  });
});

describe('kept histories', () => {
  const failures = new Map<string, Error | undefined>();
  beforeAll(async () => {
    // By its own id: names of children and of places in a group are made of it.
    const histories = NAMES.map((name) => ({
      workflowId: startOf(name).workflowId ?? name,
      history: historyOf(name),
    }));
    const results = Worker.runReplayHistories({ workflowBundle: { codePath: BUNDLE } }, histories);
    for await (const { runId, error } of results) failures.set(runId, error);
  });

  it.each(NAMES)('%s replays', (name) => {
    const runId = startOf(name).originalExecutionRunId ?? '';
    expect(failures.has(runId)).toBe(true);
    expect(failures.get(runId)).toBeUndefined();
  });

  it('are of every workflow', () => {
    const types = NAMES.map((name) => startOf(name).workflowType?.name);
    expect([...new Set(types)].sort()).toEqual(Object.values(WORKFLOW).sort());
  });

  it.each(NAMES)('%s is small and tells nothing of the machine that recorded it', (name) => {
    const text = read(name);
    expect(text.length).toBeLessThan(MOST_BYTES);
    const payloads = [...text.matchAll(/"data":"([^"]*)"/g)].map(([, data = '']) =>
      Buffer.from(data, 'base64').toString('utf8'),
    );
    const all = [text, ...payloads].join('\n');
    expect(all).not.toMatch(/\/(home|Users|root|tmp|private|var\/folders)\//);
    expect(all).not.toContain(hostname());
    if (userInfo().username !== 'root') expect(all).not.toContain(userInfo().username);
    expect(text).not.toMatch(/"identity":"(?!worker")/);
  });
});

/** Workflows in whose code two activities change places: each is called where the other was. */
const EXCHANGED = [
  ['run-pipeline.completed', 'openRun', 'closeRun'],
  ['manage-model.promoted', 'checkVersion', 'moveAlias'],
  ['watch-model.decided', 'loadWatchState', 'inspectWindows'],
] as const;

describe('the replay', () => {
  it.each(EXCHANGED)('of %s fails with %s and %s exchanged', async (name, one, other) => {
    const workflowBundle = { code: exchanged(readFileSync(BUNDLE, 'utf8'), one, other) };
    const replay = Worker.runReplayHistory({ workflowBundle }, historyOf(`${name}.json`));
    await expect(replay).rejects.toThrow(DeterminismViolationError);
  });
});

function exchanged(code: string, one: string, other: string): string {
  const places = new RegExp(`(?<=Activities\\.)(${one}|${other})\\b`, 'g');
  if (new Set(code.match(places)).size < 2) throw new Error(`${one} or ${other} is not called`);
  return code.replaceAll(places, (name) => (name === one ? other : one));
}
