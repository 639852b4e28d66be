import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArtifactRef } from '../../contracts/index.js';
import type { ArtifactStore } from '../../storage/artifacts/port.js';
import { replaceFile } from '../../storage/durable-file.js';

/** A result by its content key, with what it cost when it was made. */
export interface KeptResult<T> {
  readonly value: T;
  readonly seconds: number;
}

/** Raised when what is kept under a key means something else than before. */
const FORMAT = 1;

/**
 * Results of work on disk by their content keys: shared by strategies, runs and processes. A result
 * is there as a whole or not at all, so that an interrupted replay leaves a cache that can be used.
 */
export class ResultCache {
  readonly #underWay = new Map<string, Promise<KeptResult<unknown>>>();
  #made = 0;
  #found = 0;

  constructor(
    private readonly directory: string,
    private readonly artifacts: ArtifactStore,
  ) {}

  /** Results of `counted` work that were made and found since this began. */
  get counts(): { readonly made: number; readonly found: number } {
    return { made: this.#made, found: this.#found };
  }

  /**
   * The result under a key: the one that is kept, else what `make` gives, which is kept then. Two who
   * ask at once make it once.
   *
   * @param artifactsOf - what a kept result needs to be of use: it is made again where one is gone
   * @param counted - whether {@link counts} count it
   */
  async get<T>(
    key: string,
    artifactsOf: (value: T) => readonly ArtifactRef[],
    make: () => Promise<T>,
    counted: boolean,
  ): Promise<KeptResult<T>> {
    const started = this.#underWay.get(key);
    if (started !== undefined) {
      const result = (await started) as KeptResult<T>;
      if (counted) this.#found += 1;
      return result;
    }
    const result = this.#findOrMake(key, artifactsOf, make, counted);
    this.#underWay.set(key, result);
    // What failed is tried again by who asks next.
    result.catch(() => this.#underWay.delete(key));
    return result;
  }

  async #findOrMake<T>(
    key: string,
    artifactsOf: (value: T) => readonly ArtifactRef[],
    make: () => Promise<T>,
    counted: boolean,
  ): Promise<KeptResult<T>> {
    const path = join(this.directory, key.slice(0, 2), `${key}.json`);
    const kept = await this.#read<T>(path);
    if (kept !== null && (await this.#areThere(artifactsOf(kept.value)))) {
      if (counted) this.#found += 1;
      return kept;
    }
    const startedMs = performance.now();
    const value = await make();
    const seconds = Number(((performance.now() - startedMs) / 1_000).toFixed(3));
    if (counted) this.#made += 1;
    const result: KeptResult<T> = { value, seconds };
    await mkdir(join(this.directory, key.slice(0, 2)), { recursive: true });
    const text = JSON.stringify({ format: FORMAT, ...result });
    await replaceFile(path, (beside) => writeFile(beside, text));
    return result;
  }

  async #read<T>(path: string): Promise<KeptResult<T> | null> {
    let text: string;
    try {
      text = await readFile(path, 'utf8');
    } catch {
      return null;
    }
    try {
      const { format, value, seconds } = JSON.parse(text) as KeptResult<T> & { format?: number };
      return format === FORMAT && typeof seconds === 'number' ? { value, seconds } : null;
    } catch {
      return null;
    }
  }

  async #areThere(refs: readonly ArtifactRef[]): Promise<boolean> {
    for (const ref of refs) if (!(await this.artifacts.has(ref))) return false;
    return true;
  }
}
