import type { ReviewItem, ReviewReason, ReviewSpec } from '../../../contracts/index.js';
import type { LoggedRow } from '../../../models/predictions/ports.js';
import { type UsualInputs, unusualIn, usualInputs } from './rarity.js';
import { distanceOf, type Spread, spreadOf } from './spread.js';

/** Distance of a prediction, or between two, at which it tells all that it can. */
const FAR_PREDICTION = 6;
const UNUSUAL_PREDICTION = 3;
/** An answer of no named classes is told from its likeliest other. */
const OPEN_CLASSES = 2;

/** A row that may be asked about, and what another version says of it. */
export interface ReviewCandidate {
  readonly row: LoggedRow;
  readonly other: LoggedRow['prediction'] | null;
}

export interface ReviewQuestion {
  /** Of the signature; absent for a regression. */
  readonly classes?: readonly (string | number | boolean)[];
  readonly spec: ReviewSpec;
  /** The version that `other` is of. */
  readonly otherVersion: number | null;
  /** Rows of the window as they come, by which it is told what is rare. */
  readonly sample: readonly LoggedRow[];
}

export type ChosenForReview = Pick<
  ReviewItem,
  'confidence' | 'probabilities' | 'reasons' | 'score'
> & { readonly row: LoggedRow };

/**
 * Predictions whose labels would teach most. Three things count, each from 0 to 1: how unsure the
 * model is, whether another version disagrees, how rare the inputs are. Of rows with equal inputs
 * one is asked about.
 *
 * With `confidenceBelow`, a row is asked about when its confidence lies below, or another version
 * disagrees, or its inputs are rare. Of a regression, which tells no confidence, a prediction far
 * from the usual ones counts instead.
 *
 * @returns at most `spec.perWindow`, the most informative first
 */
export function chooseForReview(
  candidates: readonly ReviewCandidate[],
  question: ReviewQuestion,
): readonly ChosenForReview[] {
  const usual = usualInputs(question.sample.map(({ inputs }) => inputs));
  const predictions = spreadOf(
    question.sample.flatMap(({ prediction }) => (typeof prediction === 'number' ? prediction : [])),
  );
  const judged = candidates
    .map((candidate) => judge(candidate, question, usual, predictions))
    .filter(({ reasons }) => reasons.length > 0)
    .sort((a, b) => b.score - a.score || (a.row.id < b.row.id ? -1 : 1));
  const chosen = new Map<string, ChosenForReview>();
  for (const item of judged) {
    const inputs = JSON.stringify(Object.entries(item.row.inputs).sort());
    if (!chosen.has(inputs)) chosen.set(inputs, item);
    if (chosen.size >= question.spec.perWindow) break;
  }
  return [...chosen.values()];
}

function judge(
  { row, other }: ReviewCandidate,
  question: ReviewQuestion,
  usual: UsualInputs,
  predictions: Spread,
): ChosenForReview {
  const { classes, otherVersion } = question;
  const likeliest = row.probabilities === null ? null : Math.max(...row.probabilities);
  const confidence = row.confidence ?? likeliest;
  const reasons = [
    classes === undefined && confidence === null
      ? unusualPrediction(row, predictions)
      : lowConfidence(confidence, classes?.length ?? OPEN_CLASSES, question.spec),
    disagreement(row, other, otherVersion, predictions),
    ...unusualIn(row.inputs, usual),
  ].filter((reason) => reason !== null);
  return {
    row,
    confidence,
    probabilities:
      row.probabilities === null
        ? null
        : Object.fromEntries((classes ?? []).map((c, i) => [c, row.probabilities?.[i] ?? 0])),
    reasons: reasons.sort((a, b) => b.weight - a.weight),
    score: scoreOf(reasons),
  };
}

/** Rare and outlying are one kind of thing; the weightier of them counts. */
function scoreOf(reasons: readonly ReviewReason[]): number {
  const heaviest = (...kinds: readonly ReviewReason['why'][]) =>
    Math.max(0, ...reasons.flatMap(({ why, weight }) => (kinds.includes(why) ? [weight] : [])));
  return (
    heaviest('low-confidence', 'unusual-prediction') +
    heaviest('disagreement') +
    heaviest('rare', 'outlying')
  );
}

function lowConfidence(
  confidence: number | null,
  classes: number,
  { confidenceBelow }: ReviewSpec,
): ReviewReason | null {
  if (confidence === null || confidence >= (confidenceBelow ?? 1)) return null;
  const weight = classes < 2 ? 0 : (1 - confidence) / (1 - 1 / classes);
  const limit = confidenceBelow === undefined ? '' : `, below ${confidenceBelow}`;
  return {
    why: 'low-confidence',
    weight: Math.min(1, Math.max(0, weight)),
    detail: `the model is ${(100 * confidence).toFixed(1)} % sure${limit}`,
  };
}

function unusualPrediction({ prediction }: LoggedRow, spread: Spread): ReviewReason | null {
  if (typeof prediction !== 'number') return null;
  const distance = distanceOf(prediction, spread);
  if (distance < UNUSUAL_PREDICTION) return null;
  return {
    why: 'unusual-prediction',
    weight: Math.min(1, distance / FAR_PREDICTION),
    detail: `${prediction} lies ${distance.toFixed(1)} spreads from the usual prediction`,
  };
}

function disagreement(
  { prediction }: LoggedRow,
  other: LoggedRow['prediction'] | null,
  version: number | null,
  { spread }: Spread,
): ReviewReason | null {
  if (other === null || version === null) return null;
  const detail = `version ${version} says ${shown(other)}`;
  if (typeof prediction !== 'number' || typeof other !== 'number') {
    return prediction === other ? null : { why: 'disagreement', weight: 1, detail };
  }
  const distance = spread > 0 ? Math.abs(prediction - other) / spread : 0;
  if (distance < 1) return null;
  return { why: 'disagreement', weight: Math.min(1, distance / UNUSUAL_PREDICTION), detail };
}

function shown(value: LoggedRow['prediction']): string {
  return typeof value === 'number' ? String(Number(value.toPrecision(6))) : String(value);
}
