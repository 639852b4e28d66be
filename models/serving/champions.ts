import { type AliasRecord, MillraceError, type ModelSignature } from '../../contracts/index.js';
import type { Logger } from '../../logging/logger.js';
import type { RegistryReader } from '../registry/ports.js';
import {
  loadFailure,
  notLoaded,
  notServed,
  registryUnreadable,
  stillStarting,
} from './not-served.js';
import type { ServedVersion } from './served-version.js';
import type { LoadVersion } from './version-loader.js';

/** How long a version that could not be loaded is left alone; doubled with each failure. */
const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 60_000;

export interface ChampionsOptions {
  readonly registry: Pick<RegistryReader, 'champions' | 'version'>;
  readonly load: LoadVersion;
  readonly logger: Logger;
  /** How often the registry is asked. */
  readonly pollIntervalMs: number;
  /** Called after each change of what is served. */
  readonly onChange: () => void;
}

interface Champion {
  /** What the registry says. */
  wanted: number;
  /** What answers requests; stays until `wanted` is loaded. */
  serving: ServedVersion | null;
  loading: number | null;
  failure: { version: number; error: MillraceError; failures: number; retryAtMs: number } | null;
}

/**
 * Follows the champion aliases of the registry: each champion is loaded beside the one that serves,
 * then takes its place at once. While the registry cannot be read, or a champion cannot be loaded,
 * what served before goes on serving.
 */
export class Champions {
  readonly #options: ChampionsOptions;
  readonly #champions = new Map<string, Champion>();
  #timer: NodeJS.Timeout | null = null;
  #polling: Promise<void> | null = null;
  #stopped = false;
  #known = false;
  #unreachable: MillraceError | null = null;
  #generation = 0;

  constructor(options: ChampionsOptions) {
    this.#options = options;
  }

  start(): void {
    this.#polling = this.#poll();
  }

  /** Stops following and gives up every version; those in use are released when they are done. */
  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#polling;
    for (const champion of this.#champions.values()) champion.serving?.retire();
    this.#champions.clear();
  }

  /** Counts the changes of what is served. */
  get generation(): number {
    return this.#generation;
  }

  /** What answers requests now, by model. */
  servedVersions(): { readonly [model: string]: number } {
    const served: Record<string, number> = {};
    for (const [model, { serving }] of this.#champions) {
      if (serving !== null) served[model] = serving.version;
    }
    return served;
  }

  /** Models that have a champion, loaded or not. */
  models(): readonly string[] {
    return [...this.#champions.keys()];
  }

  /** Number of the version that answers for this model now. */
  servedVersion(model: string): number | undefined {
    return this.#champions.get(model)?.serving?.version;
  }

  /** What the version that answers for this model takes and gives; `null` when none does. */
  signature(model: string): ModelSignature | null {
    return this.#champions.get(model)?.serving?.signature ?? null;
  }

  /** True when the aliases were read and every champion has a version that answers. */
  isReady(): boolean {
    return this.#known && [...this.#champions.values()].every(({ serving }) => serving !== null);
  }

  /**
   * The version that answers for this model, acquired: the caller calls `done()`.
   *
   * @throws MillraceError `NotFound` for a model without a champion, `ServiceUnavailable` while it loads
   */
  acquire(model: string): ServedVersion {
    const champion = this.#champions.get(model);
    if (champion?.serving?.acquire() === true) return champion.serving;
    if (champion !== undefined) throw notLoaded(model, champion.wanted, champion.failure);
    if (!this.#known) throw this.#unreachable ?? stillStarting();
    throw notServed(model, Object.keys(this.servedVersions()));
  }

  async #poll(): Promise<void> {
    try {
      this.#apply(await this.#options.registry.champions());
      if (this.#unreachable !== null) this.#options.logger.info('the registry can be read again');
      this.#known = true;
      this.#unreachable = null;
    } catch (error) {
      if (this.#unreachable === null) {
        this.#options.logger.warn(
          { err: error },
          'the registry cannot be read; what served goes on',
        );
      }
      this.#unreachable = registryUnreadable(error);
    }
    if (this.#stopped) return;
    this.#timer = setTimeout(() => {
      this.#polling = this.#poll();
    }, this.#options.pollIntervalMs);
  }

  #apply(aliases: readonly AliasRecord[]): void {
    if (this.#stopped) return;
    const named = new Set(aliases.map(({ model }) => model));
    for (const model of this.#champions.keys()) if (!named.has(model)) this.#drop(model);
    for (const { model, version } of aliases) {
      let champion = this.#champions.get(model);
      if (champion === undefined) {
        champion = { wanted: version, serving: null, loading: null, failure: null };
        this.#champions.set(model, champion);
      }
      champion.wanted = version;
      if (this.#mayLoad(champion)) void this.#load(model, champion);
    }
  }

  #mayLoad({ wanted, serving, loading, failure }: Champion): boolean {
    if (wanted === serving?.version || loading !== null) return false;
    return failure?.version !== wanted || Date.now() >= failure.retryAtMs;
  }

  async #load(model: string, champion: Champion): Promise<void> {
    const version = champion.wanted;
    champion.loading = version;
    try {
      const record = await this.#options.registry.version(model, version);
      if (record === null) throw new MillraceError('NotFound', 'the registry has no such version');
      const loaded = await this.#options.load(record);
      // While it loaded, the alias may have moved on or gone.
      if (this.#champions.get(model) !== champion || champion.wanted !== version) loaded.retire();
      else this.#replace(model, champion, loaded);
    } catch (error) {
      this.#loadFailed(model, champion, version, error);
    } finally {
      champion.loading = null;
    }
    if (this.#champions.get(model) === champion && champion.wanted !== version) {
      if (this.#mayLoad(champion)) void this.#load(model, champion);
    }
  }

  #replace(model: string, champion: Champion, loaded: ServedVersion): void {
    const before = champion.serving;
    champion.serving = loaded;
    champion.failure = null;
    before?.retire();
    this.#options.logger.info(
      { model, version: loaded.version, before: before?.version ?? null },
      'serving the champion',
    );
    this.#changed();
  }

  #drop(model: string): void {
    const champion = this.#champions.get(model);
    this.#champions.delete(model);
    champion?.serving?.retire();
    this.#options.logger.info({ model }, 'no champion any more: model unloaded');
    this.#changed();
  }

  #loadFailed(model: string, champion: Champion, version: number, cause: unknown): void {
    const failures = champion.failure?.version === version ? champion.failure.failures + 1 : 1;
    const waitMs = Math.min(FIRST_RETRY_MS * 2 ** (failures - 1), LAST_RETRY_MS);
    const error = loadFailure(model, version, cause);
    champion.failure = { version, error, failures, retryAtMs: Date.now() + waitMs };
    this.#options.logger.error(
      { err: cause, model, version, stillServing: champion.serving?.version ?? null },
      error.message,
    );
  }

  #changed(): void {
    this.#generation += 1;
    this.#options.onChange();
  }
}
