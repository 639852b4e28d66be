import type { FallbackRepair, ImputeRepair, Repair } from '../../../contracts/index.js';
import type { Logger } from '../../../logging/logger.js';
import { Imputation, NO_IMPUTATION } from './imputation.js';

interface ModelRepairs {
  readonly keys: string;
  readonly imputes: readonly ImputeRepair[];
  readonly imputation: Imputation;
  readonly fallback: FallbackRepair | null;
}

/** The repairs that hold, as the registry said last. */
export class StandingRepairs {
  #models: ReadonlyMap<string, ModelRepairs> = new Map();

  constructor(private readonly logger: Logger) {}

  /** Takes over what holds now: what is not among it was lifted. */
  apply(repairs: readonly Repair[]): void {
    const models = new Map<string, ModelRepairs>();
    for (const model of new Set(repairs.map((repair) => repair.model))) {
      const own = repairs.filter((repair) => repair.model === model);
      const before = this.#models.get(model);
      const next = ofModel(own);
      models.set(model, before?.keys === next.keys ? before : next);
    }
    const before = this.#models;
    this.#models = models;
    for (const model of new Set([...before.keys(), ...models.keys()])) {
      this.#tell(model, before.get(model), models.get(model));
    }
  }

  imputation(model: string): Imputation {
    return this.#models.get(model)?.imputation ?? NO_IMPUTATION;
  }

  /** Version that is to answer in place of the champion; `null` where the champion is. */
  fallback(model: string): number | null {
    return this.#models.get(model)?.fallback?.version ?? null;
  }

  #tell(model: string, before?: ModelRepairs, now?: ModelRepairs): void {
    if (before?.keys === now?.keys) return;
    const began = names(now).filter((name) => !names(before).includes(name));
    const lifted = names(before).filter((name) => !names(now).includes(name));
    const filled = before?.imputation.filled ?? 0;
    this.logger.info({ model, began, lifted, filled }, 'repairs have changed');
  }
}

function ofModel(repairs: readonly Repair[]): ModelRepairs {
  const imputes = repairs.filter((repair) => repair.kind === 'impute');
  const fallback = repairs.find((repair) => repair.kind === 'fallback') ?? null;
  const keys = [...imputes, ...(fallback === null ? [] : [fallback])].map((repair) =>
    JSON.stringify(repair),
  );
  return {
    keys: keys.join('\n'),
    imputes,
    imputation: imputes.length === 0 ? NO_IMPUTATION : new Imputation(imputes),
    fallback,
  };
}

function names(repairs: ModelRepairs | undefined): readonly string[] {
  if (repairs === undefined) return [];
  const { imputes, fallback } = repairs;
  return [...imputes, ...(fallback === null ? [] : [fallback])].map(({ key }) => key);
}
