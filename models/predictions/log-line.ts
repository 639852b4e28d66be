import type {
  BusinessRecord,
  FeedbackRecord,
  LabelRecord,
  PredictionRecord,
  ShadowRecord,
} from '../../contracts/index.js';
import { jsonOf, quoted } from './json-parts.js';

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
  const { probabilities, clientId, imputed, fallbackFor, route, outliers } = record;
  // By hand, as this is done for each row of each answer; what can need escapes goes through JSON.
  let line = `{"id":"${id}","model":"${model}","version":${version},"at":"${at}","eventTime":"${eventTime}"`;
  if (record.timeAssumed) line += ',"timeAssumed":true';
  line += `,"inputs":${JSON.stringify(inputs)},"context":${JSON.stringify(context)}`;
  line += `,"prediction":${jsonOf(prediction)}`;
  if (probabilities !== undefined) line += `,"probabilities":${JSON.stringify(probabilities)}`;
  if (record.confidence !== undefined) line += `,"confidence":${record.confidence}`;
  if (record.cached) line += ',"cached":true';
  if (clientId !== undefined) line += `,"clientId":${quoted(clientId)}`;
  if (imputed !== undefined) line += `,"imputed":${JSON.stringify(imputed)}`;
  if (fallbackFor !== undefined) line += `,"fallbackFor":${fallbackFor}`;
  if (route !== undefined) line += `,"route":${route}`;
  if (record.lookedUp !== undefined) line += `,"lookedUp":${JSON.stringify(record.lookedUp)}`;
  if (outliers !== undefined) line += `,"outliers":${JSON.stringify(outliers)}`;
  return `${line}}\n`;
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
