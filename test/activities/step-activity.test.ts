import { MockActivityEnvironment } from '@temporalio/testing';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { ActivityDeps } from '../../activities/deps.js';
import type { PlanCache } from '../../activities/plan-cache.js';
import { stepActivity } from '../../activities/step-activity.js';
import type { StepTask } from '../../contracts/index.js';

test('a step that has not begun its work yet is seen to be alive', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  onTestFinished(() => void vi.useRealTimers());
  let fail = (_: Error): void => undefined;
  // As where it reads gigabytes to find out whether their result is there already.
  const reading = new Promise<never>((_, reject) => {
    fail = reject;
  });
  const plans: Pick<PlanCache, 'load'> = { load: () => reading };
  const activity = stepActivity({} as ActivityDeps, plans as PlanCache, () => reading);
  const environment = new MockActivityEnvironment();
  let beats = 0;
  environment.on('heartbeat', () => {
    beats += 1;
  });

  const ended = environment.run(activity, { run: {}, stepId: 'ingest' } as StepTask);
  vi.advanceTimersByTime(9_000);
  expect(beats).toBeGreaterThan(1);

  fail(new Error('enough'));
  await expect(ended).rejects.toThrow('enough');
  const before = beats;
  vi.advanceTimersByTime(9_000);
  expect(beats).toBe(before);
});
