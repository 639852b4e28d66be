import type {
  BusinessRecord,
  FeedbackRecord,
  LabelRecord,
  PredictionRecord,
  ShadowRecord,
} from '../../contracts/index.js';

/** What a scan takes from a line without reading its inputs. */
export interface LineHead {
  readonly uuid: string;
  readonly row: number;
  /** Only on a prediction. */
  readonly eventTime?: string;
  /** The wall clock stands for an event time that was not given. */
  readonly timeAssumed: boolean;
  readonly at: string;
}

/**
 * One line of the log. The scalar fields come first and in a fixed order, so that a scan reads them
 * without parsing the whole line; {@link readLineHead} and the field order here belong together.
 */
export function predictionLine(record: PredictionRecord): string {
  const { id, model, version, at, eventTime, inputs, context, prediction } = record;
  const assumed = record.timeAssumed && { timeAssumed: true };
  const line = { id, model, version, at, eventTime, ...assumed, inputs, context, prediction };
  const probabilities = record.probabilities && { probabilities: record.probabilities };
  const client = record.clientId === undefined ? undefined : { clientId: record.clientId };
  const { imputed, fallbackFor, route } = record;
  return `${JSON.stringify({ ...line, ...probabilities, ...client, imputed, fallbackFor, route })}\n`;
}

export function shadowLine(record: ShadowRecord): string {
  const { id, model, version, at, ...said } = record;
  return `${JSON.stringify({ id, model, version, at, ...said })}\n`;
}

export function labelLine(record: LabelRecord): string {
  const { id, model, at, label } = record;
  return `${JSON.stringify({ id, model, at, label })}\n`;
}

export function feedbackLine({ id, model, at, thumbs, score, tag }: FeedbackRecord): string {
  return `${JSON.stringify({ id, model, at, thumbs, score, tag })}\n`;
}

export function businessLine({ id, model, at, metrics }: BusinessRecord): string {
  return `${JSON.stringify({ id, model, at, metrics })}\n`;
}

/** Enough of a line for {@link readLineHead}: the longest model name leaves room. */
export const LINE_HEAD_BYTES = 512;

const HEAD =
  /^\{"id":"([0-9a-f-]{36})\/(\d+)","model":"[^"]*",(?:"version":\d+,)?"at":"([^"]+)"(?:,"eventTime":"([^"]+)"(,"timeAssumed":true)?)?/;

/** @returns `null` for a line that a kill tore or that is not of this log */
export function readLineHead(head: string): LineHead | null {
  const match = HEAD.exec(head);
  if (match === null) return null;
  const [, uuid = '', row, at = '', eventTime, assumed] = match;
  const timeAssumed = assumed !== undefined;
  return { uuid, row: Number(row), at, timeAssumed, ...(eventTime !== undefined && { eventTime }) };
}
