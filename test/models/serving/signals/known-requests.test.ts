import { expect, test, vi } from 'vitest';
import { KnownRequests } from '../../../../models/serving/signals/known-requests.js';

const never = async () => false;

test('a request is passed on once, also when it comes again while it is under way', async () => {
  const known = new KnownRequests();
  const send = vi.fn(async () => undefined);
  const outcomes = await Promise.all([1, 2, 3].map(() => known.once('a', never, send)));
  expect(outcomes).toEqual(['sent', 'duplicate', 'duplicate']);
  expect(await known.once('a', never, send)).toBe('duplicate');
  expect(send).toHaveBeenCalledTimes(1);
});

test('one that could not be sent was never seen: whoever waits for it tries', async () => {
  const known = new KnownRequests();
  const send = vi.fn(async () => undefined).mockRejectedValueOnce(new Error('away'));
  const [first, second] = await Promise.allSettled([
    known.once('a', never, send),
    known.once('a', never, send),
  ]);
  expect(first).toMatchObject({ status: 'rejected', reason: new Error('away') });
  expect(second).toEqual({ status: 'fulfilled', value: 'sent' });
});

test('one that others have seen is not sent', async () => {
  const known = new KnownRequests();
  const send = vi.fn(async () => undefined);
  expect(await known.once('a', async () => true, send)).toBe('duplicate');
  expect(send).not.toHaveBeenCalled();
});

test('memory is bounded: of more than ten thousand the oldest is asked after again', async () => {
  const known = new KnownRequests();
  const wasSeen = vi.fn(never);
  for (let i = 0; i <= 10_000; i += 1) await known.once(`${i}`, never, async () => undefined);
  await known.once('10000', wasSeen, async () => undefined);
  expect(wasSeen).not.toHaveBeenCalled();
  await known.once('0', wasSeen, async () => undefined);
  expect(wasSeen).toHaveBeenCalledTimes(1);
});
