import { MockActivityEnvironment } from '@temporalio/testing';
import { expect, test } from 'vitest';
import { beating } from '../../activities/heartbeat.js';

const HALF = { progress: 0.5, metrics: {} };

test.each([
  [false, [HALF]],
  [true, []],
])('local %s: heartbeats %j', async (isLocal, expected) => {
  const environment = new MockActivityEnvironment({ isLocal });
  const beats: unknown[] = [];
  environment.on('heartbeat', (details: unknown) => beats.push(details));
  const result = await environment.run(() =>
    beating(async (_, report) => {
      report(HALF);
      return 'done';
    }),
  );
  expect([result, beats]).toEqual(['done', expected]);
});
