import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunPipelineInput, StepRecord } from '../../contracts/index.js';
import { livingMembers } from '../../processes/process-identity.js';
import { createLocalArtifactStore } from '../../storage/artifacts/local-store.js';
import { buildSpoiled } from '../planted/spoiled-build.js';
import { type Copies, openCopies } from '../planted/spoiled-copy.js';
import { eventually } from '../support/eventually.js';
import { startTestServer, type TestServer } from '../support/test-server.js';
import { startTestStack, type TestProcess, type TestStack } from '../support/test-stack.js';
import {
  beginningsOf,
  commandsOf,
  type HeldPoint,
  heldPipeline,
  letGo,
  prepareHeldRuns,
} from './held-runs.js';
import { endedFile, HOLDING, heldFile, releaseFile, SILENT_QUEUE, stepAt } from './hold-files.js';
import { killSeeds, randomFrom } from './random.js';
import { HOLDING_WORKER, STEP_POINTS } from './step-points.js';

/** At each, something else of the step is there when the server is gone. */
const WITHOUT_SERVER = ['group recorded', 'process let go', 'outputs read', 'end recorded'];

let copies: Copies;
let root: string;
beforeAll(async () => {
  copies = openCopies();
  root = copies.spoil(...HOLDING_WORKER);
  await buildSpoiled(root, 'worker');
});
afterAll(() => copies.remove());

/** The points in another order, with another of their two steps held, for each seed. */
function shuffled(seed: number): readonly HeldPoint[] {
  const random = randomFrom(seed);
  return STEP_POINTS.map((point) => {
    const [make, read] = [stepAt('make', point.name), stepAt('read', point.name)];
    const [held, other] = random() < 0.5 ? [make, read] : [read, make];
    return { order: random(), point: { ...point, held, other } };
  })
    .sort((a, b) => a.order - b.order)
    .map(({ point }) => point);
}

describe.each(killSeeds(1))('at every point of the life of a step (seed %i)', (seed) => {
  const points = shuffled(seed);
  // The server gave it up at its timeout, and would have to be told by a beat to say so.
  const silentPoints = points.filter(({ name }) => name !== 'asked to end');
  const serverPoints = points.filter(({ name }) => WITHOUT_SERVER.includes(name));

  let stack: TestStack;
  let holds: string;
  let doomed: TestProcess;
  let restarted: TestServer | null = null;
  let killedRun: RunPipelineInput;
  let silentRun: RunPipelineInput;

  const start = (queue: string, held: readonly HeldPoint[]) =>
    stack.startRun(heldPipeline(queue, held));
  const holdingWorker = (...queues: readonly string[]) =>
    stack.startWorker(
      {
        MILLRACE_WORKER_QUEUES: queues.join(),
        [HOLDING.steps]: points.map(({ held }) => held).join(),
        [HOLDING.directory]: holds,
      },
      root,
    );

  /** Until each of the run's points is reached, and what is to run there does. */
  async function allHeld({ runId }: RunPipelineInput, held: readonly HeldPoint[]): Promise<void> {
    await eventually(async () => {
      const missing = held.filter((point) => !existsSync(heldFile(holds, runId, point.held)));
      expect(missing.map(({ name }) => name)).toEqual([]);
      for (const point of held.filter(({ reached }) => reached === 'runs')) {
        expect(beginningsOf(stack.directory, runId, point.held)).toHaveLength(1);
      }
    });
  }

  async function expectEachOnce(
    run: RunPipelineInput,
    held: readonly HeldPoint[],
    attemptsAtHeld: readonly number[],
  ): Promise<void> {
    expect(await stack.result(run)).toMatchObject({ status: 'completed', detail: null });
    const records = await stack.registry.steps(run.runId);
    expect(records.map(({ stepId }) => stepId).sort()).toEqual(
      held.flatMap((point) => [point.held, point.other]).sort(),
    );
    const curve = await stack.registry.experiments.curve(run.runId);
    for (const record of records) {
      const point = held.find(({ name }) =>
        [stepAt('make', name), stepAt('read', name)].includes(record.stepId),
      );
      const isHeld = point?.held === record.stepId;
      const told = curve.filter(({ stepId }) => stepId === record.stepId);
      expect({
        ...(await endOf(record)),
        told: told.map(({ step, value }) => [step, value]),
      }).toEqual({
        stepId: record.stepId,
        status: 'completed',
        made: `${point?.name}\n`,
        metrics: { rows: 1 },
        told: [
          [0, record.attempts],
          [1, record.attempts],
        ],
      });
      const attempts = isHeld && point.reached !== 'recorded' ? attemptsAtHeld : [1];
      expect(attempts, record.stepId).toContain(record.attempts);
    }
  }

  async function endOf({ stepId, status, outcome }: StepRecord) {
    const made = outcome?.outputs.artifacts['made'];
    const store = createLocalArtifactStore(stack.home.artifactsDir);
    return {
      stepId,
      status,
      made: made === undefined ? null : Buffer.from(await store.readBytes(made)).toString(),
      metrics: outcome?.outputs.metrics,
    };
  }

  /** Attempts whose command began, and that it was alone each time. */
  function expectBegun({ runId }: RunPipelineInput, held: readonly HeldPoint[]): void {
    const begun = (stepId: string) =>
      beginningsOf(stack.directory, runId, stepId).map(({ attempt, company }) => [
        attempt,
        company,
      ]);
    const expected = ({ reached }: HeldPoint) => {
      if (reached === 'nothing' || reached === 'directory') return [[2, 'alone']];
      return reached === 'recorded'
        ? [[1, 'alone']]
        : [
            [1, 'alone'],
            [2, 'alone'],
          ];
    };
    expect(Object.fromEntries(held.map((point) => [point.name, begun(point.held)]))).toEqual(
      Object.fromEntries(held.map((point) => [point.name, expected(point)])),
    );
    for (const { other } of held) expect(begun(other)).toEqual([[1, 'alone']]);
  }

  async function expectNoProcess(run: RunPipelineInput, held: readonly HeldPoint[]): Promise<void> {
    await eventually(async () => {
      expect(await commandsOf(stack.directory, run.pipeline)).toEqual([]);
      for (const point of held) {
        for (const { group } of beginningsOf(stack.directory, run.runId, point.held)) {
          expect(await livingMembers(group)).toEqual([]);
        }
      }
    });
  }

  const filesIn = (...path: readonly string[]) => {
    const directory = join(stack.home.root, ...path);
    return existsSync(directory) ? readdirSync(directory) : [];
  };

  beforeAll(async () => {
    stack = await startTestStack();
    holds = join(stack.directory, 'holds');
    mkdirSync(holds);
    prepareHeldRuns(stack.directory);
    [doomed] = await Promise.all([
      holdingWorker('killed'),
      holdingWorker(SILENT_QUEUE, 'served'),
      stack.startWorker({}, root),
    ]);
    killedRun = await start('killed', points);
    silentRun = await start(SILENT_QUEUE, silentPoints);
    await Promise.all([allHeld(killedRun, points), allHeld(silentRun, silentPoints)]);
  });
  afterAll(async () => {
    await stack.close();
    await restarted?.close();
  });

  it('a worker that is killed leaves no process', async () => {
    expect((await commandsOf(stack.directory, 'killed')).length).toBeGreaterThan(0);
    await doomed.end('SIGKILL');
    await expectNoProcess(killedRun, points);

    await stack.startWorker({ MILLRACE_WORKER_QUEUES: `killed,${SILENT_QUEUE}` }, root);
  });

  it('a step that is taken for dead and lives never works beside the next attempt, and changes nothing', async () => {
    await expectEachOnce(silentRun, silentPoints, [2]);
    // Soon: it has not been told yet that it was given up.
    const records = await stack.registry.steps(silentRun.runId);
    writeFileSync(releaseFile(holds, silentRun.runId), '');
    await eventually(async () => {
      for (const { held } of silentPoints) {
        expect(existsSync(endedFile(holds, silentRun.runId, held)), held).toBe(true);
      }
    });
    expect(await stack.registry.steps(silentRun.runId)).toEqual(records);
    await expectEachOnce(silentRun, silentPoints, [2]);
    expectBegun(silentRun, silentPoints);
    await expectNoProcess(silentRun, silentPoints);
    // The other run may be at work yet, with groups of its own.
    await eventually(async () => expect(filesIn('run', 'groups')).toEqual([]));
  }, 120_000);

  it('what a killed worker had begun is made again, what it had recorded is not', async () => {
    await expectEachOnce(killedRun, points, [2]);
    expectBegun(killedRun, points);
    await expectNoProcess(killedRun, points);
    // The directory of an attempt that died is kept for a look, as of any that failed.
    const left = points.filter(({ reached }) => ['directory', 'runs', 'ended'].includes(reached));
    expect(filesIn('work', killedRun.runId).sort()).toEqual(left.map(({ held }) => held).sort());
    for (const { held } of left) expect(filesIn('work', killedRun.runId, held)).toEqual(['1']);
    expect(filesIn('artifacts', 'incoming')).toEqual([]);
  }, 120_000);

  it('a server that is killed loses no step', async () => {
    const run = await start('served', serverPoints);
    await allHeld(run, serverPoints);
    process.kill(stack.server.pid, 'SIGKILL');
    await stack.server.ended;
    restarted = await startTestServer({
      databaseFile: join(stack.server.directory, 'temporal.db'),
      port: Number(stack.server.address.split(':')[1]),
    });
    letGo(stack.directory, 'served');
    writeFileSync(releaseFile(holds, run.runId), '');
    await expectEachOnce(run, serverPoints, [1, 2]);
    await expectNoProcess(run, serverPoints);
    await eventually(async () => expect(filesIn('run', 'groups')).toEqual([]));
  }, 120_000);
});
