import { expect, it } from 'vitest';
import type { ModelEvent } from '../../monitoring/policy/index.js';
import { WaitingRequests } from '../../workflows/waiting-requests.js';
import { retrain } from '../support/model-world.js';

const asked = (requestId: string, reason = 'why'): ModelEvent => ({
  kind: 'retrain-requested',
  request: retrain({ requestId, reason }),
});

it('gives requests in the order in which they came, what was carried over first', () => {
  const waiting = new WaitingRequests([asked('carried')]);
  waiting.push(asked('new'));
  expect(waiting.all).toEqual([asked('carried'), asked('new')]);
  expect(waiting.shift()).toEqual(asked('carried'));
  expect(waiting.shift()).toEqual(asked('new'));
  expect(waiting.shift()).toBeUndefined();
  expect(waiting.length).toBe(0);
});

it('can be carried over below 1.5 MB, whatever their number', () => {
  const waiting = new WaitingRequests();
  for (let i = 0; i < 3_000; i += 1) waiting.push(asked(`r${i}`));
  expect(waiting.canBeCarried).toBe(true);
  waiting.push(asked('large', 'é'.repeat(700_000)));
  expect(waiting.canBeCarried).toBe(false);
  for (let i = 0; i < 3_000; i += 1) waiting.shift();
  expect(waiting.canBeCarried).toBe(true);
});
