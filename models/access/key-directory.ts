import { stat } from 'node:fs/promises';
import type { Logger } from '../../logging/logger.js';
import { isKey, type KeyRecord, keyId, keyState } from './api-key.js';
import { readKeyFiles } from './key-files.js';
import type { Scope } from './scopes.js';

/** How often the directory is looked at: a revoked key is refused from then on. */
const LOOK_MS = 1_000;
/** A change this young may be followed by one that the same time of the directory hides. */
const SETTLED_MS = 2_000;
/** Read anew even when nothing seems to have changed: a file may have been written in its place. */
const ANEW_MS = 30_000;

/** A digest that no key has, compared with where there is no record: both take the same time. */
const NOBODY = { sha256: '0'.repeat(64) };

/**
 * The keys as one gateway knows them. Every gateway that shares the directory sees a key that was made
 * or revoked within a second or two, without a word to it.
 */
export class KeyDirectory {
  #keys: ReadonlyMap<string, KeyRecord> = new Map();
  #seen = '';
  #readAtMs = 0;
  #readable = true;
  #warned = '';
  #timer: NodeJS.Timeout | null = null;
  #looking: Promise<void> | null = null;

  /** @param onChange - told whenever the keys were read anew */
  constructor(
    private readonly directory: string,
    private readonly logger: Logger,
    private readonly onChange: () => void,
  ) {}

  start(): void {
    this.#timer = setInterval(() => void this.look(), LOOK_MS).unref();
  }

  async stop(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    await this.#looking;
  }

  /** False where the keys cannot be read: then nobody is let in by one. */
  get readable(): boolean {
    return this.#readable;
  }

  /** @param scope - one that it has to have; absent: any */
  hasUsable(nowMs: number, scope?: Scope): boolean {
    return [...this.#keys.values()].some(
      (key) =>
        keyState(key, nowMs) === 'active' && (scope === undefined || key.scopes.includes(scope)),
    );
  }

  /** The record of the key that this is, in force or not; `null` for what is none. */
  async find(key: string): Promise<KeyRecord | null> {
    const id = keyId(key);
    // One that was made a moment ago is good at once.
    if (id !== null && !this.#keys.has(id)) await this.look();
    return this.#fitting(key);
  }

  #fitting(key: string): KeyRecord | null {
    const record = this.#keys.get(keyId(key) ?? '');
    return isKey(record ?? NOBODY, key) ? (record ?? null) : null;
  }

  /** Looks now. */
  look(): Promise<void> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = null;
    });
    return this.#looking;
  }

  async #look(): Promise<void> {
    try {
      const nowMs = Date.now();
      const at = await stat(this.directory, { bigint: true }).catch(ignoreMissing);
      const seen = at === null ? 'none' : `${at.ino} ${at.mtimeNs}`;
      const settled = at === null || nowMs - Number(at.mtimeMs) > SETTLED_MS;
      const fresh = Math.abs(nowMs - this.#readAtMs) < ANEW_MS;
      if (this.#readable && seen === this.#seen && settled && fresh) return;
      const { keys, bad } = await readKeyFiles(this.directory);
      this.#keys = new Map(keys.map((key) => [key.id, key]));
      this.#seen = seen;
      this.#readAtMs = nowMs;
      this.#readable = true;
      this.onChange();
      this.#warnOnce(bad.map(({ file }) => file).join(), () =>
        this.logger.error(
          { files: bad },
          'files among the keys cannot be read: nobody gets in by them',
        ),
      );
    } catch (error) {
      this.#readable = false;
      this.#keys = new Map();
      this.onChange();
      this.#warnOnce('directory', () =>
        this.logger.error({ err: error }, 'the keys cannot be read: nobody gets in by one'),
      );
    }
  }

  #warnOnce(what: string, warn: () => void): void {
    if (what !== '' && what !== this.#warned) warn();
    this.#warned = what;
  }
}

function ignoreMissing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}
