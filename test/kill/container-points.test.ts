import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunPipelineInput, runWorkflowId } from '../../contracts/index.js';
import { buildSpoiled } from '../planted/spoiled-build.js';
import { type Copies, openCopies } from '../planted/spoiled-copy.js';
import { eventually } from '../support/eventually.js';
import { startTestStack, type TestProcess, type TestStack } from '../support/test-stack.js';
import { ASKED_TO_STOP, AT_WORK, CONTAINER_POINTS, SHARED_POINTS } from './container-points.js';
import {
  begunIn,
  containerPipeline,
  containersIn,
  endContainers,
  prepareContainers,
  standInVariables,
} from './held-containers.js';
import { commandsOf, letGo } from './held-runs.js';
import { endedFile, HOLDING, heldFile, releaseFile, SILENT_QUEUE, stepAt } from './hold-files.js';
import { killSeeds, randomFrom } from './random.js';
import { HOLDING_WORKER, type StepPoint } from './step-points.js';

/** Of the points that every step has, as many as a seed draws. */
const DRAWN_POINTS = 3;

let copies: Copies;
let root: string;
beforeAll(async () => {
  copies = openCopies();
  const points = [...CONTAINER_POINTS, ASKED_TO_STOP];
  root = copies.spoil(...HOLDING_WORKER, ...points.map(({ planting }) => planting));
  await buildSpoiled(root, 'worker');
});
afterAll(() => copies.remove());

function drawn(seed: number): readonly StepPoint[] {
  const random = randomFrom(seed);
  const shuffled = (points: readonly StepPoint[]) =>
    points
      .map((point) => ({ order: random(), point }))
      .sort((a, b) => a.order - b.order)
      .map(({ point }) => point);
  const others = shuffled(SHARED_POINTS).slice(0, DRAWN_POINTS);
  return shuffled([...CONTAINER_POINTS, AT_WORK, ...others]);
}

const stepOf = ({ name }: StepPoint) => stepAt('make', name);

describe.each(killSeeds(1))(
  'at every point of the life of a containered step (seed %i)',
  (seed) => {
    const points = drawn(seed);
    // Of one that took too long the server knows; what is recorded is not done again.
    const silentPoints = points.filter(
      ({ name, reached }) => name !== 'asked to stop' && reached !== 'recorded',
    );

    let stack: TestStack;
    let holds: string;
    let doomed: TestProcess;
    let killedRun: RunPipelineInput;
    let silentRun: RunPipelineInput;
    let stoppedRun: RunPipelineInput;

    const worker = (queues: string) =>
      stack.startWorker(
        { ...standInVariables(stack.directory), MILLRACE_WORKER_QUEUES: queues },
        root,
      );
    const holdingWorker = (queue: string) =>
      stack.startWorker(
        {
          ...standInVariables(stack.directory),
          MILLRACE_WORKER_QUEUES: queue,
          [HOLDING.steps]: [...points, ASKED_TO_STOP].map(stepOf).join(),
          [HOLDING.directory]: holds,
        },
        root,
      );
    const begun = ({ runId }: RunPipelineInput, point: StepPoint) =>
      begunIn(stack.home.logsDir, runId, stepOf(point));
    const begunOf = (run: RunPipelineInput, held: readonly StepPoint[]) =>
      Object.fromEntries(held.map((point) => [point.name, begun(run, point)]));

    /** Until each of the run's points is reached, and what is to run there does. */
    async function allHeld(run: RunPipelineInput, held: readonly StepPoint[]): Promise<void> {
      await eventually(async () => {
        const missing = held.filter(
          (point) => !existsSync(heldFile(holds, run.runId, stepOf(point))),
        );
        expect(missing.map(({ name }) => name)).toEqual([]);
        const running = held.filter(({ reached }) => reached === 'runs');
        for (const point of running) expect(begun(run, point), point.name).toHaveLength(1);
      });
    }

    /** Attempts whose command began; never beside another. */
    function expectedBeginnings(held: readonly StepPoint[]) {
      return Object.fromEntries(
        held.map(({ name, reached }) => {
          if (reached === 'nothing' || reached === 'directory') return [name, [[2, 'alone']]];
          const first = [1, 'alone'];
          return [name, reached === 'recorded' ? [first] : [first, [2, 'alone']]];
        }),
      );
    }

    const recordsLeft = () => {
      const directory = join(stack.home.runtimeDir, 'containers');
      return existsSync(directory) ? readdirSync(directory) : [];
    };

    beforeAll(async () => {
      stack = await startTestStack();
      holds = join(stack.directory, 'holds');
      mkdirSync(holds);
      prepareContainers(stack.directory);
      [doomed] = await Promise.all([
        holdingWorker('killed,stopped'),
        holdingWorker(SILENT_QUEUE),
        stack.startWorker({}, root),
      ]);
      killedRun = await stack.startRun(containerPipeline('killed', points));
      silentRun = await stack.startRun(containerPipeline(SILENT_QUEUE, silentPoints, [2]));
      await Promise.all([allHeld(killedRun, points), allHeld(silentRun, silentPoints)]);
      stoppedRun = await stack.startRun(containerPipeline('stopped', [ASKED_TO_STOP]));
      await eventually(async () => expect(begun(stoppedRun, ASKED_TO_STOP)).toHaveLength(1));
      await stack.temporal.client.workflow
        .getHandle(runWorkflowId('stopped', stoppedRun.runId))
        .cancel();
      await allHeld(stoppedRun, [ASKED_TO_STOP]);
    }, 120_000);
    afterAll(() => {
      endContainers(stack.directory);
      return stack.close();
    });

    it('a worker that is killed leaves no container and no process of one', async () => {
      const ofSilent = silentPoints.map(stepOf);
      expect((await commandsOf(stack.directory, 'killed')).length).toBeGreaterThan(0);
      const before = containersIn(stack.directory).length;
      await doomed.end('SIGKILL');
      await eventually(async () => {
        expect(await commandsOf(stack.directory, 'killed')).toEqual([]);
        expect(containersIn(stack.directory).length).toBeLessThanOrEqual(ofSilent.length);
      });
      expect(before).toBeGreaterThan(containersIn(stack.directory).length);
      await worker(`killed,stopped,${SILENT_QUEUE}`);
    });

    it('one that is taken for dead and lives never works beside the next attempt', async () => {
      await eventually(async () => {
        for (const point of silentPoints) {
          const attempts = begun(silentRun, point).map(([attempt]) => attempt);
          expect(attempts, point.name).toContain(2);
        }
      });
      // The second attempts are at work, and the first ones go on from where they stood.
      writeFileSync(releaseFile(holds, silentRun.runId), '');
      await eventually(async () => {
        const open = silentPoints.filter(
          (point) => !existsSync(endedFile(holds, silentRun.runId, stepOf(point))),
        );
        expect(open.map(({ name }) => name)).toEqual([]);
      });
      expect(begunOf(silentRun, silentPoints)).toEqual(expectedBeginnings(silentPoints));
      letGo(stack.directory, SILENT_QUEUE);
      expect(await stack.result(silentRun)).toMatchObject({ status: 'completed', detail: null });
      for (const { attempts, outcome } of await stack.registry.steps(silentRun.runId)) {
        expect([attempts, outcome?.outputs.values]).toEqual([2, { attempt: 2 }]);
      }
    }, 120_000);

    it('what a killed worker had begun is made again, what it had recorded is not', async () => {
      expect(await stack.result(killedRun)).toMatchObject({ status: 'completed', detail: null });
      expect(begunOf(killedRun, points)).toEqual(expectedBeginnings(points));
      expect(await stack.result(stoppedRun)).toMatchObject({ status: 'cancelled' });
      expect(begun(stoppedRun, ASKED_TO_STOP)).toEqual([[1, 'alone']]);
      await eventually(async () => {
        expect(containersIn(stack.directory)).toEqual([]);
        expect(recordsLeft()).toEqual([]);
        expect(await commandsOf(stack.directory, 'killed')).toEqual([]);
        expect(await commandsOf(stack.directory, SILENT_QUEUE)).toEqual([]);
      });
    }, 120_000);
  },
);
