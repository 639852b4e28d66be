import { describe, expect, it } from 'vitest';
import { recordedWork } from '../../activities/recorded-work.js';

describe('recordedWork', () => {
  it('records nothing for work that ends at once', async () => {
    let recorded = 0;
    const record = async () => {
      recorded += 1;
    };
    expect(await recordedWork(record, async () => 'done')).toBe('done');
    expect(recorded).toBe(0);
  });

  it('records once work that takes longer, while it works', async () => {
    const events: string[] = [];
    let seen = () => {};
    const wasSeen = new Promise<void>((resolve) => {
      seen = resolve;
    });
    const record = async () => {
      events.push('running');
      seen();
    };
    const work = async () => {
      await wasSeen;
      events.push('worked');
    };
    await recordedWork(record, work);
    expect(events).toEqual(['running', 'worked']);
  });

  it('returns only when nothing is being recorded any more', async () => {
    const events: string[] = [];
    let seen = () => {};
    const wasSeen = new Promise<void>((resolve) => {
      seen = resolve;
    });
    const record = async () => {
      seen();
      await new Promise((resolve) => setImmediate(resolve));
      events.push('recorded');
    };
    await recordedWork(record, () => wasSeen).then(() => events.push('returned'));
    expect(events).toEqual(['recorded', 'returned']);
  });

  it('fails where the registry cannot be written, whatever the work gave', async () => {
    let seen = () => {};
    const wasSeen = new Promise<void>((resolve) => {
      seen = resolve;
    });
    const record = async () => {
      seen();
      throw new Error('the registry is gone');
    };
    await expect(recordedWork(record, () => wasSeen)).rejects.toThrow('the registry is gone');
  });
});
