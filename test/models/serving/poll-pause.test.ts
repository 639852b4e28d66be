import { expect, it } from 'vitest';
import { pollPause } from '../../../models/serving/poll-pause.js';

it.each([
  ['a few models: the interval', 300, 2, 300],
  ['thousands: a fifth of the time is spent on reading', 300, 450, 1_800],
  ['a registry that hardly answers: a rollback still arrives in time', 300, 30_000, 2_000],
  ['an interval that is longer anyway', 60_000, 30_000, 60_000],
])('%s', (_, intervalMs, tookMs, pauseMs) => {
  expect(pollPause(intervalMs, tookMs)).toBe(pauseMs);
});
