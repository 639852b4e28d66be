import type { PlantedBug } from './planted-bug.js';

/** Property tests against a reference. */
const OF_PROPERTIES: readonly PlantedBug[] = [
  {
    name: 'a step that begins when the first of its needs has ended',
    file: 'workflows/step-graph.ts',
    text: 'step.needs.map((need) => waits.get(need))',
    becomes: 'step.needs.slice(0, 1).map((need) => waits.get(need))',
    suite: 'test/workflows/step-graph.test.ts',
    caughtBy: {
      test: 'ends every step as the rules say, whatever the graph and the order of ends',
      saying: /\+\s+"s\d+"/,
    },
    spares: 'does not run again what was there at the start',
  },
  {
    name: 'a failure before a step that needs one success, taken for a condition that left it out',
    file: 'workflows/join.ts',
    text: `const detail = 'none of the steps that it needs completed';
      return skipped(detail, firstOf(step, ends, isBroken) !== null);`,
    becomes: `return skipped('none of the steps that it needs completed', false);`,
    suite: 'test/workflows/step-graph.test.ts',
    caughtBy: {
      test: 'ends every step as the rules say, whatever the graph and the order of ends',
      saying: /-\s+"blocked",\s+\+\s+"skipped"/,
    },
    spares: 'does not run again what was there at the start',
  },
  {
    name: 'a step that is done again though its result was there',
    file: 'workflows/step-graph.ts',
    text: 'if (ends.has(step.id)) return;',
    becomes: '',
    suite: 'test/workflows/step-graph.test.ts',
    caughtBy: {
      test: 'does not run again what was there at the start',
      saying: /\+\s+"s0"/,
    },
    spares: 'ends every step as the rules say, whatever the graph and the order of ends',
  },
  {
    name: 'a window that is one item too wide',
    file: 'workflows/item-window.ts',
    text: 'Math.min(width, indexes.length)',
    becomes: 'Math.min(width + 1, indexes.length)',
    suite: 'test/workflows/item-window.test.ts',
    caughtBy: {
      test: 'is never wider than it may be, begins in order, and ends all that it began',
      saying: 'to be less than or equal to',
    },
    spares: 'adds the tallies of slices up, and names the first trouble in item order',
  },
  {
    name: 'a group that gives one place more than it has',
    file: 'workflows/lease-queue.ts',
    text: 'this.#holders.length < next.limit',
    becomes: 'this.#holders.length <= next.limit',
    suite: 'test/workflows/lease-queue.test.ts',
    caughtBy: {
      test: 'are never more than the limit, and nobody is forgotten, whatever happens',
      saying: 'to be less than or equal to',
    },
    spares: 'are left to others by who does not want to wait',
  },
];

/** Constructs, end to end on the real server. */
const OF_CONSTRUCTS: readonly PlantedBug[] = [
  {
    name: 'a cancelled step that counts as ended while its process still runs',
    file: 'workflows/activity-proxies.ts',
    text: 'ActivityCancellationType.WAIT_CANCELLATION_COMPLETED',
    becomes: 'ActivityCancellationType.TRY_CANCEL',
    suite: 'test/workflows/run-pipeline.test.ts',
    caughtBy: {
      test: 'ends cancelled; what follows begins once the process of its step is gone, and knows',
      saying: /\+\s+"left": true/,
    },
    spares: 'hands values on along the graph',
    built: 'workflows',
  },
  {
    name: 'items whose lists begin with the last',
    file: 'activities/items/close-items.ts',
    text: 'const record = known.get(index);\n      const outputs',
    becomes: 'const record = known.get(items.length - 1 - index);\n      const outputs',
    suite: 'test/workflows/fan-out.test.ts',
    caughtBy: {
      test: 'runs once for each combination, and hands lists on in item order',
      saying: /depths/,
    },
    spares: 'never evaluate an expression of a step that is skipped',
    built: 'worker',
  },
  {
    name: 'a cancelled search that is over while its trials run',
    file: 'workflows/tune-parameters.ts',
    text: 'found.add(await running.cancelled(), race);',
    becomes: '',
    suite: 'test/workflows/tuning/interrupted-search.test.ts',
    caughtBy: {
      test: 'that is cancelled while it asks for the next trial waits for those that run, and keeps them',
      saying: /-\s+"cancelled"/,
    },
    spares:
      'that waits for all at a rung is paused with its trials, and decides the rung when they go on',
    built: 'workflows',
  },
];

/** Kept histories. */
const OF_REPLAY: readonly PlantedBug[] = [
  {
    name: 'a run that does one activity more, and not behind a patch',
    file: 'workflows/run-pipeline.ts',
    text: 'await pauses.recorded();',
    becomes:
      'await pauses.recorded();\n    await controlActivities.recordPauses({ runId: input.runId, pauses: [] });',
    suite: 'test/replay/replay.test.ts',
    caughtBy: {
      test: 'run-pipeline.completed.json replays',
      saying: 'DeterminismViolationError',
    },
    spares: 'run-items.completed.json replays',
    built: 'workflows',
  },
];

/** What is killed, delivered twice or outlived. */
const OF_KILLS: readonly PlantedBug[] = [
  {
    name: 'a watchdog that ends the process of a step and not what it started',
    file: 'processes/watchdog.ts',
    text: 'kill -s KILL -- "-$group"',
    becomes: 'kill -s KILL -- "$group"',
    suite: 'test/kill/steps.test.ts',
    caughtBy: {
      test: 'makes a step again whose worker was killed, after its processes are gone',
      saying: /to deeply equal \[\]/,
    },
    built: 'worker',
  },
  {
    name: 'a step that goes on running when its time is over',
    file: 'processes/run-step-process.ts',
    text: "else step.signal.addEventListener('abort', abort, { once: true });",
    becomes: '',
    suite: 'test/workflows/run-pipeline.test.ts',
    caughtBy: {
      test: 'ends a step that took too long, and says what was too short',
      saying: /to deeply equal \[\]/,
    },
    spares: 'hands values on along the graph',
    built: 'worker',
  },
  {
    name: 'a second attempt that begins beside the first',
    file: 'processes/local-host.ts',
    text: 'await killGroup(group);',
    becomes: '',
    suite: 'test/processes/earlier-attempt.test.ts',
    caughtBy: {
      test: 'ends the stuck process of an attempt that was given up before the next one begins',
      saying: /\+\s+"beside": true/,
    },
  },
  {
    name: 'a command that begins though a later attempt has begun',
    file: 'processes/run-step-process.ts',
    text: 'await refuseLate(step);',
    becomes: '',
    suite: 'test/processes/earlier-attempt.test.ts',
    caughtBy: {
      test: 'does not begin the command of an attempt that a later one has overtaken',
      saying: 'promise resolved',
    },
    spares: 'ends the stuck process of an attempt that was given up before the next one begins',
  },
  {
    name: 'a late result of an earlier attempt that is taken',
    file: 'models/registry/tables/steps.ts',
    text: "coalesce(steps.fence, '') <= excluded.fence AND",
    becomes: "'' <= excluded.fence AND",
    suite: 'test/models/registry/run-control.test.ts',
    caughtBy: {
      test: 'on SQLite of two attempts the later one counts: what the earlier writes is refused, its cache entry too',
      saying: 'expected true to be false',
    },
    spares: 'on SQLite of two attempts none counts once the run has ended',
  },
  {
    name: 'a registration whose second delivery leaves a second line in the ledger',
    file: 'models/registry/writer.ts',
    text: 'key: `registered/${effectKey}`',
    becomes: 'key: `registered/${effectKey}/${crypto.randomUUID()}`',
    suite: 'test/models/registry/registry.test.ts',
    caughtBy: {
      test: 'on SQLite versions registered twice under one effect key are one version, and the number goes on after it',
      saying: 'to have a length of 1 but got 2',
    },
    spares: 'on SQLite the champion moves with its ledger line, one number at a time',
  },
  {
    name: 'an artifact that is written under its final name',
    file: 'storage/artifacts/local-store.ts',
    text: 'else await rename(temporary, path);',
    becomes: `else {
      const { copyFile, writeFile } = await import('node:fs/promises');
      // Long enough for some of the kills to meet it.
      await writeFile(path, 'cut');
      await new Promise((done) => setTimeout(done, 20));
      await copyFile(temporary, path);
      await rm(temporary);
    }`,
    suite: 'test/storage/artifacts/crash.test.ts',
    caughtBy: {
      test: 'leaves no cut file under its final name, and loses none that was acknowledged',
      saying: 'expected false to be true',
    },
    spares: 'fails with a clear error and leaves nothing when the disk takes no more',
  },
  {
    name: 'a server that forgets its runs when it is killed',
    file: 'temporal/server.ts',
    text: "'--db-filename', databaseFile,",
    becomes: "'--db-filename', `${databaseFile}.${Date.now()}`,",
    suite: 'test/kill/steps.test.ts',
    caughtBy: {
      test: 'completes a run in the middle of which the server was killed',
      saying: 'not found',
    },
  },
];

/** What is decided and measured. */
const OF_JUDGEMENT: readonly PlantedBug[] = [
  {
    name: 'a rollback that nobody is asked about where automation ends at training',
    file: 'monitoring/policy/gate.ts',
    text: "return request.kind === 'deploy' || request.kind === 'rollback';",
    becomes: "return request.kind === 'deploy';",
    suite: 'test/monitoring/policy/gate.test.ts',
    caughtBy: {
      test: 'an answer to nothing, or to more than one, changes nothing and says so',
      saying: 'to have a length of 2',
    },
    spares: 'manual: what a person asks for is done',
  },
  {
    name: 'a p-value of half the size that it is',
    file: 'monitoring/drift/univariate/cramer-von-mises.ts',
    text: 'return cramerVonMisesSurvival(',
    becomes: 'return 0.5 * cramerVonMisesSurvival(',
    suite: 'test/monitoring/drift/univariate/null-rates.test.ts',
    caughtBy: {
      test: "'cramer-von-mises', at α = 0.05",
      saying: 'to be less than 0.07',
    },
    spares: "'anderson-darling', at α = 0.05",
  },
];

export const BUGS: readonly PlantedBug[] = [
  ...OF_PROPERTIES,
  ...OF_CONSTRUCTS,
  ...OF_REPLAY,
  ...OF_KILLS,
  ...OF_JUDGEMENT,
];
