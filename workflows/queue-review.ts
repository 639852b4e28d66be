import { isCancellation, log } from '@temporalio/workflow';
import type { QueueReviewInput } from '../activities/review/queue-review.js';
import { measureActivities } from './activity-proxies.js';
import { causeOf } from './failure-cause.js';

/** Asks people about predictions of a window. That it fails stops nothing. */
export async function queueOrLog(input: QueueReviewInput): Promise<void> {
  try {
    await measureActivities.queueReview(input);
  } catch (error) {
    if (isCancellation(error)) throw error;
    log.warn('nothing could be queued for review', { ...input, error: causeOf(error).message });
  }
}
