import type { ModelSignature } from '../../../contracts/index.js';
import type { RowPredictions, TablePredictions } from '../../inference/answers.js';
import type { InputRow } from '../../inference/input-row.js';
import type { ServedModel } from '../../inference/served-model.js';
import type { MemoryBudget, Tenant } from './memory-budget.js';

export interface OnDemandModelOptions {
  readonly signature: ModelSignature;
  /** What it takes in memory; of a model that is being loaded it is not known yet. */
  readonly bytes: (loaded: ServedModel | null) => number;
  /** Reads, verifies and warms the model up. */
  readonly load: () => Promise<ServedModel>;
  /** What requests are told where it cannot be loaded anew. */
  readonly asFailure: (error: unknown) => Error;
  readonly budget: MemoryBudget;
  readonly onParkError: (error: unknown) => void;
}

/**
 * A model that gives its memory up when others need it more, and is loaded anew by the next request
 * for it, which waits so long. To whoever holds it, it is there the whole time.
 */
export class OnDemandModel implements ServedModel, Tenant {
  readonly #options: OnDemandModelOptions;
  #loaded: Promise<ServedModel> | null = null;
  #ready: ServedModel | null = null;
  #running = 0;
  #wasLoaded = false;
  #isReleased = false;

  private constructor(options: OnDemandModelOptions) {
    this.#options = options;
  }

  /** @returns it loaded, so that a version that cannot be is found before it serves */
  static async create(options: OnDemandModelOptions): Promise<OnDemandModel> {
    const model = new OnDemandModel(options);
    await model.#use(async () => {});
    return model;
  }

  get signature(): ModelSignature {
    return this.#options.signature;
  }

  get bytes(): number {
    return this.#options.bytes(this.#ready);
  }

  get isBusy(): boolean {
    return this.#running > 0;
  }

  get isLoaded(): boolean {
    return this.#loaded !== null;
  }

  predict(rows: readonly InputRow[]): Promise<RowPredictions> {
    return this.#use((model) => model.predict(rows));
  }

  predictTable(...args: Parameters<ServedModel['predictTable']>): Promise<TablePredictions> {
    return this.#use((model) => model.predictTable(...args));
  }

  park(): void {
    const loaded = this.#loaded;
    this.#loaded = null;
    this.#ready = null;
    loaded?.then((model) => model.release()).catch(this.#options.onParkError);
  }

  async release(): Promise<void> {
    this.#isReleased = true;
    this.#options.budget.leave(this);
    const loaded = this.#loaded;
    this.#loaded = null;
    // A model that could not be loaded has nothing to give back.
    await (await loaded?.catch(() => null))?.release();
  }

  async #use<T>(work: (model: ServedModel) => Promise<T>): Promise<T> {
    if (this.#isReleased) throw new Error('the model was released');
    this.#running += 1;
    try {
      return await work(await this.#load());
    } finally {
      this.#running -= 1;
      if (this.#running === 0) this.#options.budget.settle();
    }
  }

  /** Requests that come while it loads wait for the same load. */
  #load(): Promise<ServedModel> {
    const { load, budget, asFailure } = this.#options;
    if (this.#loaded === null) {
      const loading = load().catch((error: unknown) => {
        throw this.#wasLoaded ? asFailure(error) : error;
      });
      this.#loaded = loading;
      loading.then(
        (model) => {
          if (this.#loaded !== loading) return;
          this.#ready = model;
          this.#wasLoaded = true;
          budget.use(this);
        },
        () => {
          if (this.#loaded === loading) this.#loaded = null;
          budget.leave(this);
        },
      );
    }
    budget.use(this);
    return this.#loaded;
  }
}
