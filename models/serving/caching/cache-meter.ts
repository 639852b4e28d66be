import type { CacheSpec, VersionRecord } from '../../../contracts/index.js';
import { CollectedFamily, type Family } from '../observing/exposition.js';
import { AnswerCache, type CacheCounts } from './answer-cache.js';

interface MeteredCache {
  readonly model: string;
  readonly version: number;
  readonly cache: AnswerCache;
}

/** What the caches of answers hold and how often they helped, for `GET /metrics`. */
export class CacheMeter {
  /** By model: they go on over a switch of version. */
  readonly #counts = new Map<string, CacheCounts>();
  readonly #caches = new Set<MeteredCache>();

  /** A cache for a version, which is metered until it is closed. */
  open(
    { model, version, content }: Pick<VersionRecord, 'model' | 'version' | 'content'>,
    spec: CacheSpec,
  ): AnswerCache {
    const counts = this.#counts.get(model) ?? { hits: 0, misses: 0 };
    this.#counts.set(model, counts);
    const cache = new AnswerCache(spec, content.signature, counts);
    const metered = { model, version, cache };
    this.#caches.add(metered);
    cache.onClose = () => this.#caches.delete(metered);
    return cache;
  }

  families(): readonly Family[] {
    const byModel = (name: string, help: string, value: (counts: CacheCounts) => number) =>
      new CollectedFamily(name, help, 'counter', ['model'], () =>
        [...this.#counts].map(([model, counts]) => [[model], value(counts)] as const),
      );
    const held = (name: string, help: string, value: (cache: AnswerCache) => number) =>
      new CollectedFamily(name, help, 'gauge', ['model', 'version'], () =>
        this.#held(value).map(([model, version, sum]) => [[model, version], sum] as const),
      );
    return [
      byModel('millrace_cache_hits_total', 'Rows answered from the cache.', ({ hits }) => hits),
      byModel(
        'millrace_cache_misses_total',
        'Rows that were looked for in the cache and asked of the model.',
        ({ misses }) => misses,
      ),
      held('millrace_cache_entries', 'Answers that are kept.', ({ entries }) => entries),
      held('millrace_cache_bytes', 'Memory that kept answers take.', ({ bytes }) => bytes),
    ];
  }

  /** A version may be held in several places, each with a cache of its own. */
  #held(value: (cache: AnswerCache) => number): readonly (readonly [string, string, number])[] {
    const sums = new Map<string, readonly [string, string, number]>();
    for (const { model, version, cache } of this.#caches) {
      const key = `${model}/${version}`;
      const before = sums.get(key)?.[2] ?? 0;
      sums.set(key, [model, String(version), before + value(cache)]);
    }
    return [...sums.values()];
  }
}
