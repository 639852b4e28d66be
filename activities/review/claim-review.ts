import type { ClaimedReview, ClaimReview, ReviewItem } from '../../contracts/index.js';
import type { WatchDeps } from '../deps.js';

/** How long an item is one person's before another is shown it. */
const CLAIMED_MS = 15 * 60_000;
const LOOKED_AT = 50;

/**
 * What a person is to look at next: what teaches most and nobody else looks at. Asked again before
 * an answer it is the same item. One that was labelled by itself meanwhile is passed over.
 */
export function claimReview({
  registry,
  predictionLog,
}: Pick<WatchDeps, 'registry' | 'predictionLog'>) {
  return async ({ model, actor }: ClaimReview): Promise<ClaimedReview> => {
    for (;;) {
      const now = Date.now();
      const open = await registry.reviewItems({ model, status: 'open', limit: LOOKED_AT });
      const free = open.filter(
        ({ claim }) => claim === null || claim.actor === actor || Date.parse(claim.until) <= now,
      );
      const item = free.find(({ claim }) => claim?.actor === actor) ?? free[0];
      if (item === undefined) return { item: null, open: await registry.openReviewItems(model) };
      const taken = (await labelOf(item)) ?? {
        ...item,
        claim: { actor, until: new Date(now + CLAIMED_MS).toISOString() },
      };
      // Where someone was faster, the next round finds it taken.
      if ((await registry.replaceReviewItem(item, taken)) && taken.status === 'open') {
        return { item: taken, open: await registry.openReviewItems(model) };
      }
    }
  };

  /** The item as answered, where a label came otherwise. */
  async function labelOf(item: ReviewItem): Promise<ReviewItem | null> {
    const filter = { ids: [item.id], order: 'sampled', limit: 1 } as const;
    const [row] = await predictionLog.rows(item.model, item.window, filter);
    if (row === undefined || row.label === null) return null;
    const note = 'a label came before anyone answered';
    const at = new Date().toISOString();
    const answer = { label: row.label, actor: 'labels', note, at };
    return { ...item, status: 'answered', claim: null, answer };
  }
}
