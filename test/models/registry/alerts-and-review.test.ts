import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AlertDelivery } from '../../../contracts/index.js';
import { openRegistryWriter, type RegistryWriter } from '../../../models/registry/index.js';
import { alertDelivery, reviewItem, silence } from './sample-records.js';
import { onEachStore } from './stores.js';

onEachStore((places) => {
  let registry: RegistryWriter;
  beforeEach(async () => {
    registry = await openRegistryWriter(await places.fresh());
  });
  afterEach(() => registry.close());

  const delivery = (over: Partial<AlertDelivery> = {}) => alertDelivery('m', 'ops', over);

  describe('a delivery', () => {
    it('is one line an alert and channel, whose newest word stays until it was delivered', async () => {
      await registry.recordAlertDelivery(delivery());
      await registry.recordAlertDelivery(delivery({ detail: 'attempt 2' }));
      expect(await registry.alertDeliveries()).toEqual([delivery({ detail: 'attempt 2' })]);
      await registry.recordAlertDelivery(delivery({ status: 'delivered', sent: 'x' }));
      await registry.recordAlertDelivery(delivery({ status: 'failed' }));
      expect(await registry.alertDeliveries()).toEqual([
        delivery({ status: 'delivered', sent: 'x' }),
      ]);
    });

    it('is found by its model, group and key, the newest first', async () => {
      const later = delivery({ channel: 'chat', at: '2024-01-02T00:00:00.000Z' });
      const other = delivery({ key: 'k', model: 'n', group: 'g', at: '2024-01-03T00:00:00.000Z' });
      for (const one of [later, delivery(), other]) await registry.recordAlertDelivery(one);
      expect(await registry.alertDeliveries()).toEqual([other, later, delivery()]);
      expect(await registry.alertDeliveries({ model: 'm' })).toEqual([later, delivery()]);
      expect(await registry.alertDeliveries({ group: 'g' })).toEqual([other]);
      expect(await registry.alertDeliveries({ key: delivery().key, limit: 1 })).toEqual([later]);
    });
  });

  it('a silence is replaced by its id', async () => {
    const first = silence('m', '2024-01-02T00:00:00.000Z');
    const ended = { ...first, until: '2024-01-01T12:00:00.000Z' };
    await registry.putSilence(first);
    await registry.putSilence({ ...first, id: 's2' });
    await registry.putSilence(ended);
    expect(await registry.silences()).toEqual([{ ...first, id: 's2' }, ended]);
  });

  describe('the review queue', () => {
    const item = reviewItem;

    it('holds a prediction once, what teaches most first', async () => {
      await registry.queueReviewItems([item('p', { score: 0.2 }), item('q', { score: 1.5 })]);
      await registry.queueReviewItems([item('p', { score: 3 }), item('r', { model: 'n' })]);
      const listed = await registry.reviewItems({ model: 'm' });
      expect(listed.map(({ id, score }) => [id, score])).toEqual([
        ['q', 1.5],
        ['p', 0.2],
      ]);
      expect(await registry.openReviewItems('m')).toBe(2);
      expect(await registry.reviewItem('r')).toMatchObject({ model: 'n' });
      expect(await registry.reviewItem('s')).toBeNull();
    });

    it('lets one of two people have an item', async () => {
      await registry.queueReviewItems([item('p')]);
      const claimed = (actor: string) =>
        item('p', { claim: { actor, until: '2024-01-02T02:00:00.000Z' } });
      const won = await Promise.all(
        ['ada', 'bob'].map((actor) => registry.replaceReviewItem(item('p'), claimed(actor))),
      );
      expect(won.filter(Boolean)).toHaveLength(1);
      expect(await registry.reviewItem('p')).toEqual(claimed(won[0] ? 'ada' : 'bob'));
      const skipped = item('p', { status: 'skipped' });
      expect(await registry.replaceReviewItem(item('p'), skipped)).toBe(false);
    });

    it('counts only what is open', async () => {
      await registry.queueReviewItems([item('p')]);
      await registry.replaceReviewItem(item('p'), item('p', { status: 'skipped' }));
      expect(await registry.openReviewItems('m')).toBe(0);
      expect(await registry.reviewItems({ model: 'm', status: 'open' })).toEqual([]);
    });
  });
});
