import type { CacheSpec, ModelSignature } from '../../../contracts/index.js';
import type { InputRow, RowPredictions } from '../../inference/index.js';

/** Of a row, as the version gave it. */
interface KeptAnswer {
  readonly prediction: number | string | boolean;
  readonly probabilities: readonly number[] | undefined;
  readonly confidence: number | undefined;
  /** On the clock of `performance.now()`. */
  readonly staleAtMs: number;
  readonly bytes: number;
}

/** Of an entry beside its texts and numbers: the map's own, the object, its fields. */
const ENTRY_BYTES = 200;
const NUMBER_BYTES = 8;
/** Strings take up to two bytes a character. */
const CHARACTER_BYTES = 2;

/** What became of rows that were looked for. */
export interface CacheCounts {
  hits: number;
  misses: number;
}

/**
 * Answers of one version by the rows that it was asked, as it was given them. Rows and memory are
 * bounded: what was not used for longest leaves first.
 */
export class AnswerCache {
  /** Least recently used first. */
  readonly #kept = new Map<string, KeptAnswer>();
  readonly #names: readonly string[];
  #bytes = 0;
  #isClosed = false;
  /** Called once, when nothing is kept any more. */
  onClose: () => void = () => undefined;

  constructor(
    private readonly spec: CacheSpec,
    { inputs }: ModelSignature,
    private readonly counts: CacheCounts = { hits: 0, misses: 0 },
  ) {
    this.#names = inputs.map(({ name }) => name);
  }

  get entries(): number {
    return this.#kept.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Answers rows with what is kept, and asks for the others.
   *
   * @param rows - checked, as the version would be given them
   */
  async answer(
    rows: readonly InputRow[],
    ask: (rows: readonly InputRow[]) => Promise<RowPredictions>,
  ): Promise<RowPredictions> {
    const keys = rows.map((row) => this.#keyOf(row));
    const found = keys.map((key) => this.#take(key));
    const missing = rows.filter((_, row) => found[row] === null);
    this.counts.hits += rows.length - missing.length;
    this.counts.misses += missing.length;
    const asked = missing.length === 0 ? null : await ask(missing);
    const cached = found.map((one) => one !== null);
    if (asked !== null && missing.length === rows.length) {
      for (const [row, key] of keys.entries()) this.#keep(key, asked, row);
      return { ...asked, cached };
    }
    let next = 0;
    const answers = found.map((one, row): KeptAnswer | null => {
      if (one !== null || asked === null) return one;
      const at = next;
      next += 1;
      return this.#keep(keys[row] ?? '', asked, at);
    });
    return { ...joined(answers.filter((one) => one !== null)), cached };
  }

  /** Forgets everything, and keeps nothing of what is still being answered. */
  close(): void {
    this.#isClosed = true;
    this.#kept.clear();
    this.#bytes = 0;
    this.onClose();
  }

  /** Equal for rows that are equal to the version: missing values and absent ones are the same. */
  #keyOf(row: InputRow): string {
    return JSON.stringify(this.#names.map((name) => row[name] ?? null));
  }

  #take(key: string): KeptAnswer | null {
    const kept = this.#kept.get(key);
    if (kept === undefined) return null;
    this.#kept.delete(key);
    if (kept.staleAtMs <= performance.now()) {
      this.#bytes -= kept.bytes;
      return null;
    }
    this.#kept.set(key, kept);
    return kept;
  }

  #keep(key: string, { predictions, probabilities, confidence }: RowPredictions, row: number) {
    const prediction = predictions[row] ?? '';
    const numbers = (probabilities?.[row]?.length ?? 0) + 2;
    const characters = key.length + (typeof prediction === 'string' ? prediction.length : 0);
    const answer: KeptAnswer = {
      prediction,
      probabilities: probabilities?.[row],
      confidence: confidence?.[row],
      staleAtMs: performance.now() + this.spec.ttlMs,
      bytes: ENTRY_BYTES + numbers * NUMBER_BYTES + characters * CHARACTER_BYTES,
    };
    // What is no answer is asked again.
    if (typeof prediction === 'number' && !Number.isFinite(prediction)) return answer;
    if (this.#isClosed || answer.bytes > this.spec.maxBytes) return answer;
    this.#bytes += answer.bytes - (this.#kept.get(key)?.bytes ?? 0);
    this.#kept.delete(key);
    this.#kept.set(key, answer);
    this.#makeRoom();
    return answer;
  }

  #makeRoom(): void {
    for (const [key, { bytes }] of this.#kept) {
      if (this.#kept.size <= this.spec.maxEntries && this.#bytes <= this.spec.maxBytes) return;
      this.#kept.delete(key);
      this.#bytes -= bytes;
    }
  }
}

function joined(answers: readonly KeptAnswer[]): RowPredictions {
  const probabilities = answers.flatMap((one) =>
    one.probabilities === undefined ? [] : [one.probabilities],
  );
  const confidence = answers.flatMap((one) => one.confidence ?? []);
  return {
    predictions: answers.map(({ prediction }) => prediction),
    ...(probabilities.length > 0 && { probabilities }),
    ...(confidence.length > 0 && { confidence }),
  };
}
