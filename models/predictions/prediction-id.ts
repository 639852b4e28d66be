import { V7Generator } from 'uuidv7';

/** The two halves of a prediction's id: the request, and the row within it. */
export interface PredictionIdParts {
  /** Lower-case UUIDv7 of the request. */
  readonly uuid: string;
  /** Row of the request, from 0. */
  readonly row: number;
}

const generator = new V7Generator();
// Segments are found by their first id, so ids must ascend even when the wall clock is set back.
generator.setRollbackAllowance(2 ** 48 - 1);

/** A new request id: greater than every one this process made before. */
export function newRequestUuid(): string {
  return generator.generate().toString();
}

export function predictionId(uuid: string, row: number): string {
  return `${uuid}/${row}`;
}

const PREDICTION_ID =
  /^([0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12})(?:\/(\d{1,9}))?$/i;

/**
 * Reads `<uuidv7>/<row>`; without a row it is row 0.
 *
 * @returns `null` when the text cannot be an id that a gateway gave
 * @example parsePredictionId('0189DCD5-5311-7d40-8db0-9496a2eef37b')?.row; // 0
 */
export function parsePredictionId(text: string): PredictionIdParts | null {
  const match = PREDICTION_ID.exec(text);
  if (match?.[1] === undefined) return null;
  return { uuid: match[1].toLowerCase(), row: Number(match[2] ?? 0) };
}
