import type { ModelSignature } from '../../contracts/index.js';
import type { FeatureLookup } from '../features/index.js';
import type { RowPredictions } from '../inference/answers.js';
import type { InputRow } from '../inference/input-row.js';
import type { ServedModel } from '../inference/served-model.js';
import type { TreatedRows, UnknownCategories } from '../inference/unknown-categories.js';
import type { LogPolicy } from '../predictions/log-policy.js';
import type { AnswerCache } from './caching/answer-cache.js';
import type { RowJudge } from './outliers/row-judge.js';

/**
 * A loaded version and the requests that are using it. It is released when it has been retired and
 * the last of them has ended, so that a switch never takes the session from under a request.
 */
export class ServedVersion {
  #inFlight = 0;
  #retired = false;
  #released = false;
  readonly #requestSignature: ModelSignature;

  /** Context column that carries the event time of a row; `null` means the wall clock. */
  readonly timeColumn: string | null;
  readonly signature: ModelSignature;

  constructor(
    readonly model: string,
    readonly version: number,
    /** What computes its answers, as metadata name it: `onnxruntime_onnx`. */
    readonly platform: string,
    private readonly session: ServedModel,
    /** What of its answers the prediction log keeps. */
    readonly policy: LogPolicy,
    /** Looks for inputs that are unlike the reference's; `null`: nobody asked for it. */
    private readonly judge: RowJudge | null,
    /** Looks for categories that the reference never had; `null`: they are passed on. */
    private readonly categories: UnknownCategories | null,
    /** Looks up the features that a request does not bring; `null`: the model has none. */
    readonly lookup: FeatureLookup | null,
    /** Answers that it gave; `null`: none are kept. */
    private readonly cache: AnswerCache | null,
    private readonly onReleaseError: (error: unknown) => void,
  ) {
    this.signature = session.signature;
    this.#requestSignature = lookup === null ? session.signature : lookup.ease(session.signature);
    this.timeColumn = session.signature.context.find(({ role }) => role === 'time')?.name ?? null;
  }

  /** False once it is being released: ask for the version anew. */
  acquire(): boolean {
    if (this.#released) return false;
    this.#inFlight += 1;
    return true;
  }

  /** Ends one {@link acquire}. */
  done(): void {
    this.#inFlight -= 1;
    this.#releaseWhenIdle();
  }

  /** Gives no new request this version; returns at once. */
  retire(): void {
    this.#retired = true;
    this.cache?.close();
    this.#releaseWhenIdle();
  }

  predict(rows: readonly InputRow[]): Promise<RowPredictions> {
    return this.session.predict(rows);
  }

  /**
   * Answers rows, with answers that were given before where those are kept. Nothing kept is given in
   * a rollout: its arms are compared by what they do.
   */
  answer(rows: readonly InputRow[], inRollout: boolean): Promise<RowPredictions> {
    const { cache } = this;
    if (cache === null || inRollout) return this.session.predict(rows);
    return cache.answer(rows, (missing) => this.session.predict(missing));
  }

  /**
   * Checked rows, with unknown categories as the version's pipeline said.
   *
   * @throws MillraceError `InvalidInput` where they are refused
   */
  treatCategories(rows: readonly InputRow[]): TreatedRows {
    return this.categories?.treat(rows) ?? { rows, unknown: [] };
  }

  /** What is asked of a request: what is looked up need not come with it. */
  get requestSignature(): ModelSignature {
    return this.#requestSignature;
  }

  /** Of each row the inputs that are unlike the reference's; `null` where nobody looks. */
  outliersOf(rows: readonly InputRow[]): readonly (readonly string[])[] | null {
    const { judge } = this;
    return judge === null ? null : rows.map((row) => judge.outliers(row));
  }

  #releaseWhenIdle(): void {
    if (!this.#retired || this.#released || this.#inFlight > 0) return;
    this.#released = true;
    this.session.release().catch(this.onReleaseError);
  }
}
