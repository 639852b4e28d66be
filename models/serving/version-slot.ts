import { type FailedLoad, MillraceError, wholeReason } from '../../contracts/index.js';
import type { Logger } from '../../logging/logger.js';
import type { RegistryReader } from '../registry/ports.js';
import { loadFailure } from './not-served.js';
import type { ServedVersion } from './served-version.js';
import type { LoadVersion } from './version-loader.js';

/** How long a version that could not be loaded is left alone; doubled with each failure. */
const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 60_000;

export interface SlotFailure {
  readonly version: number;
  readonly error: MillraceError;
  readonly failures: number;
  readonly retryAtMs: number;
  /** What was wrong, for who does not see the log; when, RFC 3339. */
  readonly reason: string;
  readonly at: string;
}

export interface SlotOptions {
  readonly model: string;
  /** For the log: `champion`, `fallback`. */
  readonly role: string;
  readonly registry: Pick<RegistryReader, 'version'>;
  readonly load: LoadVersion;
  readonly logger: Logger;
  /** @throws MillraceError when a loaded version must not take the place */
  readonly accept?: (loaded: ServedVersion) => void;
  /** Another version is in the place. */
  readonly onChange: () => void;
}

/**
 * The place of one version of a model. The one that is wanted is loaded beside the one that is
 * there, then takes the place at once; while it cannot be loaded, the one that is there stays.
 */
export class VersionSlot {
  readonly #options: SlotOptions;
  #wanted = 0;
  #serving: ServedVersion | null = null;
  #loading: number | null = null;
  #failure: SlotFailure | null = null;
  #closed = false;

  constructor(options: SlotOptions) {
    this.#options = options;
  }

  get wanted(): number {
    return this.#wanted;
  }

  get serving(): ServedVersion | null {
    return this.#serving;
  }

  /** Of the newest attempt; `null` once a version took the place. */
  get failure(): SlotFailure | null {
    return this.#failure;
  }

  /** Why the wanted version is not there; `null`: it is, or nothing went wrong yet. */
  get failedLoad(): FailedLoad | null {
    if (this.#failure?.version !== this.#wanted) return null;
    const { version, failures: attempts, reason, at } = this.#failure;
    return { version, attempts, reason, at };
  }

  /** The wanted version is there, or could not be loaded. */
  get isSettled(): boolean {
    return this.#serving?.version === this.#wanted || this.#failure?.version === this.#wanted;
  }

  /** Has this version loaded, unless that is under way or has failed just now. */
  want(version: number): void {
    // Asked for anew it is tried at once: what was wrong may be mended.
    if (version !== this.#wanted) this.#failure = null;
    this.#wanted = version;
    if (this.#mayLoad()) void this.#load();
  }

  /** Empties the place; requests that use the version are answered. */
  close(): void {
    this.#closed = true;
    this.#serving?.retire();
    this.#serving = null;
  }

  #mayLoad(): boolean {
    if (this.#closed || this.#wanted === this.#serving?.version || this.#loading !== null) {
      return false;
    }
    return this.#failure?.version !== this.#wanted || Date.now() >= this.#failure.retryAtMs;
  }

  async #load(): Promise<void> {
    const { model, registry, load, accept } = this.#options;
    const version = this.#wanted;
    this.#loading = version;
    try {
      const record = await registry.version(model, version);
      if (record === null) throw new MillraceError('NotFound', 'the registry has no such version');
      const loaded = await load(record);
      // While it loaded, another may have been asked for.
      if (this.#closed || this.#wanted !== version) loaded.retire();
      else this.#place(loaded, accept);
    } catch (error) {
      this.#failed(version, error);
    } finally {
      this.#loading = null;
    }
    if (this.#wanted !== version && this.#mayLoad()) void this.#load();
  }

  #place(loaded: ServedVersion, accept: SlotOptions['accept']): void {
    try {
      accept?.(loaded);
    } catch (error) {
      loaded.retire();
      throw error;
    }
    const before = this.#serving;
    this.#serving = loaded;
    this.#failure = null;
    before?.retire();
    const { model, role, logger, onChange } = this.#options;
    logger.info(
      { model, version: loaded.version, before: before?.version ?? null },
      `serving the ${role}`,
    );
    onChange();
  }

  #failed(version: number, cause: unknown): void {
    const { model, role, logger } = this.#options;
    const failures = this.#failure?.version === version ? this.#failure.failures + 1 : 1;
    const waitMs = Math.min(FIRST_RETRY_MS * 2 ** (failures - 1), LAST_RETRY_MS);
    const error = loadFailure(model, version, cause);
    const nowMs = Date.now();
    this.#failure = {
      ...{ version, error, failures, retryAtMs: nowMs + waitMs },
      reason: wholeReason(cause),
      at: new Date(nowMs).toISOString(),
    };
    const stillServing = this.#serving?.version ?? null;
    logger.error({ err: cause, model, version, role, stillServing }, error.message);
  }
}
