import type { ShadowRecord } from '../../../contracts/index.js';
import type { Logger } from '../../../logging/logger.js';
import { checkRows } from '../../inference/validate-rows.js';
import type { PredictionLog } from '../../predictions/prediction-log.js';
import type { ServedVersion } from '../served-version.js';

/** Copies that are under way at once; a shadow that is slower than its traffic misses the rest. */
const MOST_UNDER_WAY = 64;

/** An answered request, to be asked again of the versions in the shadow. */
export interface ShadowedRequest {
  readonly model: string;
  readonly route: number;
  readonly rows: readonly unknown[];
  /** Of each row, in their order. */
  readonly predictionIds: readonly string[];
}

export interface ShadowCopiesOptions {
  readonly log: PredictionLog;
  readonly logger: Logger;
}

/**
 * Gives versions in the shadow a copy of each request after it was answered, and keeps what they say
 * beside the prediction log. Nobody waits for a shadow, and none can fail a request.
 */
export class ShadowCopies {
  readonly #options: ShadowCopiesOptions;
  readonly #underWay = new Set<Promise<void>>();
  #missed = 0;

  constructor(options: ShadowCopiesOptions) {
    this.#options = options;
  }

  /** Requests that were not copied, because too many copies were under way. */
  get missed(): number {
    return this.#missed;
  }

  /** @param shadows - acquired; each is given back when it has answered */
  copy(request: ShadowedRequest, shadows: readonly ServedVersion[]): void {
    for (const shadow of shadows) {
      if (this.#underWay.size >= MOST_UNDER_WAY) {
        this.#missed += 1;
        shadow.done();
        continue;
      }
      const asked = this.#ask(request, shadow).finally(() => {
        shadow.done();
        this.#underWay.delete(asked);
      });
      this.#underWay.add(asked);
    }
  }

  /** Waits for the copies under way. */
  async close(): Promise<void> {
    await Promise.all(this.#underWay);
  }

  async #ask(request: ShadowedRequest, shadow: ServedVersion): Promise<void> {
    const { log, logger } = this.#options;
    const { model, version } = shadow;
    try {
      await log.writer(model).appendShadows(await shadowRecords(request, shadow));
    } catch (error) {
      logger.warn({ err: error, model, version }, 'what a shadow said is not kept');
    }
  }
}

async function shadowRecords(
  { model, route, rows, predictionIds }: ShadowedRequest,
  shadow: ServedVersion,
): Promise<readonly ShadowRecord[]> {
  const begunMs = performance.now();
  const told = await answerOf(shadow, rows);
  const latencyMs = Math.round((performance.now() - begunMs) * 1_000) / 1_000;
  const at = new Date().toISOString();
  return predictionIds.map((id, row): ShadowRecord => {
    const base = { id, model, version: shadow.version, at, route, latencyMs };
    if ('error' in told) return { ...base, prediction: null, error: told.error };
    const prediction = told.predictions[row] ?? null;
    if (typeof prediction === 'number' && !Number.isFinite(prediction)) {
      return { ...base, prediction: null, error: `it answered ${prediction}` };
    }
    const probabilities = told.probabilities?.[row];
    return { ...base, prediction, ...(probabilities !== undefined && { probabilities }) };
  });
}

/** The shadow checks the rows by its own signature: it may take others than the one that answered. */
async function answerOf(shadow: ServedVersion, rows: readonly unknown[]) {
  try {
    const completed = await shadow.lookup?.complete(shadow.signature, rows);
    const check = checkRows(shadow.signature, completed?.rows ?? rows);
    if (!check.ok) return { error: check.problems.join('; ') };
    return await shadow.predict(shadow.treatCategories(check.rows).rows);
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}
