import { randomFillSync } from 'node:crypto';
import { V7Generator } from 'uuidv7';

/** The two halves of a prediction's id: the request, and the row within it. */
export interface PredictionIdParts {
  /** Lower-case UUIDv7 of the request. */
  readonly uuid: string;
  /** Row of the request, from 0. */
  readonly row: number;
}

/** Numbers that are drawn at once: the way to the system's generator costs more than they do. */
const DRAWN = 1_024;

class DrawnAhead {
  readonly #numbers = new Uint32Array(DRAWN);
  #next = DRAWN;

  nextUint32(): number {
    if (this.#next === DRAWN) {
      randomFillSync(this.#numbers);
      this.#next = 0;
    }
    const number = this.#numbers[this.#next] ?? 0;
    this.#next += 1;
    return number;
  }
}

const generator = new V7Generator(new DrawnAhead());
// Segments are found by their first id, so ids must ascend even when the wall clock is set back.
generator.setRollbackAllowance(2 ** 48 - 1);

/** A new request id: greater than every one this process made before. */
export function newRequestUuid(): string {
  return generator.generate().toString();
}

export function predictionId(uuid: string, row: number): string {
  return `${uuid}/${row}`;
}

const UUID_CHARACTERS = 36;

/** The request of a prediction whose id this program made. */
export function requestUuidOf(id: string): string {
  return id.slice(0, UUID_CHARACTERS);
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
