/** Who may find a step's result again, and what two runs that need it at once do. */
export const CACHE_SCOPES = ['pipeline', 'project', 'shared'] as const;

/**
 * - `project` (the default): every pipeline of this registry finds it again;
 * - `pipeline`: only runs of the same pipeline do;
 * - `shared`: as `project`, and of runs that need it at the same time one computes it.
 */
export type CacheScope = (typeof CACHE_SCOPES)[number];

/** `false`: the step is always done. An absent key of the object means its default. */
export type CachePolicy =
  | false
  | {
      /** Older results are not found again; absent: there is no bound. */
      readonly ttlMs?: number;
      /** Part of the key: another salt, another result. */
      readonly salt?: string;
      readonly scope?: CacheScope;
    };

/** Whether a step's result was found again, and why or why not: one sentence. */
export interface StepReuse {
  readonly status: 'hit' | 'miss' | 'off';
  readonly reason: string;
}

/** Told to the runs that wait for a shared step. */
export interface SharedStepEnded {
  readonly key: string;
  /** Its result can be found now; else somebody has to do it. */
  readonly completed: boolean;
}

/** What a cache key is made from, by name: a digest or a short value each. */
export type KeyParts = { readonly [name: string]: string };
