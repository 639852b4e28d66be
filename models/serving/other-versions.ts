import { MillraceError } from '../../contracts/index.js';
import type { RegistryReader } from '../registry/ports.js';
import { loadFailure } from './not-served.js';
import type { ServedVersion } from './served-version.js';
import type { LoadVersion } from './version-loader.js';

/** Versions beside the champions that are kept loaded. */
const KEPT_VERSIONS = 4;

/** Versions that are not champion, loaded when they are asked for by number. */
export class OtherVersions {
  /** Least recently used first. */
  readonly #loaded = new Map<string, Promise<ServedVersion>>();

  constructor(
    private readonly registry: Pick<RegistryReader, 'version' | 'versions'>,
    private readonly load: LoadVersion,
  ) {}

  /**
   * This version, acquired: the caller calls `done()`.
   *
   * @throws MillraceError `NotFound` with the versions there are, `ServiceUnavailable` when it
   * cannot be loaded
   */
  async acquire(model: string, version: number): Promise<ServedVersion> {
    for (;;) {
      const served = await this.#get(model, version);
      if (served.acquire()) return served;
    }
  }

  /** Gives up every version; those in use are released when they are done. */
  stop(): void {
    for (const key of [...this.#loaded.keys()]) this.#evict(key);
  }

  #get(model: string, version: number): Promise<ServedVersion> {
    const key = `${model}/${version}`;
    const present = this.#loaded.get(key);
    const loading = present ?? this.#read(model, version);
    this.#loaded.delete(key);
    this.#loaded.set(key, loading);
    if (present === undefined) {
      loading.catch(() => this.#loaded.get(key) === loading && this.#loaded.delete(key));
      const oldest = this.#loaded.keys().next();
      if (this.#loaded.size > KEPT_VERSIONS && oldest.done !== true) this.#evict(oldest.value);
    }
    return loading;
  }

  #evict(key: string): void {
    const evicted = this.#loaded.get(key);
    this.#loaded.delete(key);
    evicted?.then(
      (served) => served.retire(),
      () => undefined,
    );
  }

  async #read(model: string, version: number): Promise<ServedVersion> {
    const record = await this.registry.version(model, version);
    if (record === null) {
      const known = (await this.registry.versions(model)).map((one) => one.version);
      throw known.length === 0
        ? new MillraceError('NotFound', `there is no model ${JSON.stringify(model)}`)
        : new MillraceError(
            'NotFound',
            `model ${model} has no version ${version}`,
            `it has ${known.join(', ')}`,
          );
    }
    try {
      return await this.load(record);
    } catch (error) {
      throw loadFailure(model, version, error);
    }
  }
}
