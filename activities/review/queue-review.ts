import type { ReviewItem, ReviewSpec, TimeWindow, VersionRecord } from '../../contracts/index.js';
import { signatureMismatches } from '../../models/inference/index.js';
import type { LoggedRow } from '../../models/predictions/ports.js';
import { openModel } from '../../models/sources/index.js';
import {
  chooseForReview,
  type ReviewCandidate,
} from '../../monitoring/measuring/review/choose-for-review.js';
import { stateFromLedger } from '../../monitoring/policy/index.js';
import type { WatchDeps } from '../deps.js';

/** Rows that are weighed against each other: the least confident, and as many as they come. */
const WEIGHED = 1_000;
/** By which it is told what is rare. */
const SAMPLED = 2_000;
/** What is queued where labels are asked for and the monitor does not say how many. */
const ASKED: ReviewSpec = { perWindow: 20 };

export interface QueueReviewInput {
  readonly model: string;
  readonly window: TimeWindow;
  /** Labels are asked for: something is queued even where the monitor queues nothing by itself. */
  readonly asked?: boolean;
}

type ReviewDeps = Pick<WatchDeps, 'registry' | 'artifacts' | 'servers' | 'predictionLog'>;

/**
 * Puts the predictions of a window whose labels would teach most into the review queue. Delivered
 * twice it queues the same.
 *
 * @returns how many were chosen
 */
export function queueReview(deps: ReviewDeps) {
  return async ({ model, window, asked = false }: QueueReviewInput): Promise<number> => {
    const champion = await deps.registry.champion(model);
    const version = champion === null ? null : await deps.registry.version(model, champion.version);
    const spec = version?.monitor?.review ?? (asked ? ASKED : undefined);
    if (version === null || spec === undefined) return 0;
    const rows = (
      filter: { labelled?: boolean },
      order: 'least-confident' | 'sampled',
      limit: number,
    ) => deps.predictionLog.rows(model, window, { ...filter, order, limit });
    const unlabelled = { labelled: false };
    const weighed = unique([
      ...(await rows(unlabelled, 'least-confident', WEIGHED)),
      ...(await rows(unlabelled, 'sampled', WEIGHED)),
    ]);
    if (weighed.length === 0) return 0;
    const other = await earlierVersion(deps, version);
    const { classes } = version.content.signature.output;
    const chosen = chooseForReview(await withOther(deps, other, weighed), {
      ...(classes === undefined ? {} : { classes }),
      spec,
      otherVersion: other?.version ?? null,
      sample: await rows({}, 'sampled', SAMPLED),
    });
    const queuedAt = new Date().toISOString();
    const items = chosen.map(
      ({ row, ...why }): ReviewItem => ({
        id: row.id,
        model,
        version: row.version,
        window,
        eventTime: row.eventTime,
        inputs: row.inputs,
        prediction: row.prediction,
        ...why,
        queuedAt,
        status: 'open',
        claim: null,
        answer: null,
      }),
    );
    await deps.registry.queueReviewItems(items);
    return items.length;
  };
}

function unique(rows: readonly LoggedRow[]): readonly LoggedRow[] {
  return [...new Map(rows.map((row) => [row.id, row])).values()];
}

/** The champion before this one, where it takes the same inputs. */
async function earlierVersion(
  { registry }: ReviewDeps,
  champion: VersionRecord,
): Promise<VersionRecord | null> {
  const { model, content } = champion;
  const { earlier } = stateFromLedger(model, await registry.ledger(model), null);
  const [before] = earlier;
  const version = before === undefined ? null : await registry.version(model, before.version);
  if (version === null) return null;
  return signatureMismatches(version.content.signature, content.signature.inputs).length === 0
    ? version
    : null;
}

/** That another version cannot be asked leaves its opinion out. */
async function withOther(
  deps: ReviewDeps,
  other: VersionRecord | null,
  rows: readonly LoggedRow[],
): Promise<readonly ReviewCandidate[]> {
  const alone = rows.map((row) => ({ row, other: null }));
  if (other === null) return alone;
  try {
    const model = await openModel(deps, other.content);
    try {
      const { predictions } = await model.predict(rows.map(({ inputs }) => inputs));
      return rows.map((row, index) => ({ row, other: predictions[index] ?? null }));
    } finally {
      await model.release();
    }
  } catch {
    return alone;
  }
}
