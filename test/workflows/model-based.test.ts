import { afterAll, beforeAll, it } from 'vitest';
import { type ModelWorld, openModelWorld } from '../support/model-world.js';
import { fc } from '../support/property.js';
import { startTestStack, type TestProcess, type TestStack } from '../support/test-stack.js';
import { commands, play } from './model-based/commands.js';
import { ModelOnServer } from './model-based/on-server.js';

let stack: TestStack;
let world: ModelWorld;
const worker = { current: null as TestProcess | null };
beforeAll(async () => {
  // Continuing as new comes soon, between any two messages.
  stack = await startTestStack({ dynamicConfig: ['limit.historyCount.suggestContinueAsNew=120'] });
  world = await openModelWorld(stack);
  worker.current = await stack.startWorker();
});
afterAll(async () => {
  await world.close();
  await stack.close();
});

it('keeps its invariants under deploys, promotions, signals, approvals, pauses and kills in any order', async () => {
  let model = 0;
  const running = worker as { current: TestProcess };
  await fc.assert(
    fc.asyncProperty(commands(24, true), (sequence) => {
      model += 1;
      return play(new ModelOnServer(stack, world, `model-${model}`, running), sequence);
    }),
    // One sequence costs seconds; the same search over the reducer alone has hundreds.
    { numRuns: Number(process.env['MODEL_BASED_RUNS'] ?? 4), endOnFailure: true },
  );
}, 180_000);
