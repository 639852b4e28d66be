import { hostname } from 'node:os';
import {
  type AnswerReview,
  MillraceError,
  type ModelSignature,
  type ReviewItem,
} from '../../contracts/index.js';
import { parsePredictionId, predictionId } from '../../models/predictions/prediction-id.js';
import { openPredictionLog, type PredictionLog } from '../../models/predictions/prediction-log.js';
import { labelFromText } from '../../monitoring/measuring/review/label-from-text.js';
import type { ActivityDeps } from '../deps.js';

/**
 * Takes a person's answer: the label goes into the prediction log as one that was posted, on disk
 * before the item counts as answered. Answered again, the newest label stands.
 *
 * @throws MillraceError `NotFound` for an id that is not in the queue; `InvalidInput` for a label
 * that the model cannot give
 */
export function answerReview({
  registry,
  home,
  logger,
}: Pick<ActivityDeps, 'registry' | 'home' | 'logger'>) {
  let log: PredictionLog | null = null;
  /** Of this process alone, as every gateway has its own. */
  const ownLog = (): PredictionLog => {
    log ??= openPredictionLog({ directory: home.predictionsDir, gatewayId: ownName(), logger });
    return log;
  };
  return async ({ id, label, actor, note }: AnswerReview): Promise<ReviewItem> => {
    const whole = wholeId(id);
    const item = await registry.reviewItem(whole);
    if (item === null) throw notQueued(id);
    const { model, version } = item;
    const at = new Date().toISOString();
    const value = label === null ? null : labelFromText(label, await outputOf(model, version));
    if (value !== null)
      await ownLog()
        .writer(model)
        .appendLabels([{ id: whole, model, label: value, at }]);
    for (;;) {
      const before = await registry.reviewItem(whole);
      if (before === null) throw notQueued(id);
      const status = value === null ? 'skipped' : 'answered';
      const answer = { label: value, actor, note, at };
      const after: ReviewItem = { ...before, status, claim: null, answer };
      if (await registry.replaceReviewItem(before, after)) return after;
    }
  };

  async function outputOf(model: string, version: number): Promise<ModelSignature['output']> {
    const record = await registry.version(model, version);
    if (record !== null) return record.content.signature.output;
    throw new MillraceError('NotFound', `${model} has no version ${version}`);
  }
}

function ownName(): string {
  return `review-${hostname()}-${process.pid}`.toLowerCase().replaceAll(/[^a-z0-9-]+/g, '-');
}

function wholeId(id: string): string {
  const parts = parsePredictionId(id);
  return parts === null ? id : predictionId(parts.uuid, parts.row);
}

function notQueued(id: string): MillraceError {
  return new MillraceError(
    'NotFound',
    `no prediction ${id} is in the review queue`,
    '`millrace review list NAME` shows what is',
  );
}
