import { expect, it } from 'vitest';
import type { LedgerDraft } from '../../monitoring/policy/index.js';
import { OrderedWrites } from '../../workflows/ordered-writes.js';

function line(key: string, reason = 'why'): LedgerDraft {
  return {
    model: 'bike',
    key,
    asOf: '2011-07-01T00:00:00Z',
    actor: 'monitor',
    action: 'retrain-held',
    from: 1,
    to: 1,
    reason,
    evidence: {},
  };
}

/** Each write, in the order of their beginning, as the keys of its lines. */
function recorded(write: () => Promise<void> = async () => undefined) {
  const written: string[][] = [];
  const writes = new OrderedWrites(async (lines) => {
    written.push(lines.map(({ key }) => key));
    await write();
  });
  return { written, writes };
}

it('writes together what comes at once and while another write is under way', async () => {
  let open = (): void => undefined;
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const { written, writes } = recorded(() => gate);
  for (const key of ['a', 'b', 'c']) writes.line(line(key));
  await Promise.resolve().then(() => undefined);
  for (const key of ['d', 'e']) writes.line(line(key));
  expect(written).toEqual([['a', 'b', 'c']]);
  expect(writes.linesToWrite).toBe(5);
  open();
  await writes.allBefore;
  expect(written).toEqual([
    ['a', 'b', 'c'],
    ['d', 'e'],
  ]);
  expect(writes.linesToWrite).toBe(0);
});

it('keeps the order of lines and other writes', async () => {
  const { written, writes } = recorded();
  writes.line(line('before'));
  const repair = writes.inOrder(async () => {
    written.push(['a repair']);
  });
  writes.line(line('after'));
  await repair;
  expect(written).toEqual([['before'], ['a repair']]);
  await writes.allBefore;
  expect(written).toEqual([['before'], ['a repair'], ['after']]);
});

it('goes on after a write that failed', async () => {
  const { written, writes } = recorded();
  const failed = writes.inOrder(async () => {
    throw new Error('no');
  });
  writes.line(line('after'));
  await expect(failed).rejects.toThrow('no');
  await writes.allBefore;
  expect(written).toEqual([['after']]);
});

it('bounds what goes together by lines and by bytes, and loses none', async () => {
  const { written, writes } = recorded();
  const keys = Array.from({ length: 1_200 }, (_, index) => `k${index}`);
  for (const key of keys) writes.line(line(key));
  await writes.allBefore;
  expect(written.map((of) => of.length)).toEqual([500, 500, 200]);
  expect(written.flat()).toEqual(keys);
  written.length = 0;
  for (const key of ['x', 'y', 'z']) writes.line(line(key, 'é'.repeat(300_000)));
  await writes.allBefore;
  expect(written).toEqual([['x'], ['y'], ['z']]);
});
