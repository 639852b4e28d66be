import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from '../../logging/logger.js';
import { makeDirectory, replaceFile } from '../../storage/durable-file.js';

/** How often it is written down: last use is for finding keys that nobody needs, not for accounts. */
const WRITE_MS = 10_000;

/** When each key was last used at one gateway. */
export class KeyUsage {
  readonly #used = new Map<string, number>();
  #changed = false;
  #timer: NodeJS.Timeout | null = null;
  #writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly directory: string,
    private readonly gatewayId: string,
    private readonly logger: Logger,
  ) {}

  start(): void {
    this.#timer = setInterval(() => this.#write(), WRITE_MS).unref();
  }

  async stop(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#write();
    await this.#writing;
  }

  note(keyId: string, nowMs: number): void {
    this.#used.set(keyId, nowMs);
    this.#changed = true;
  }

  #write(): void {
    if (!this.#changed) return;
    this.#changed = false;
    const times = Object.fromEntries([...this.#used].map(([id, ms]) => [id, isoTime(ms)]));
    this.#writing = this.#writing.then(() => this.#replace(times));
  }

  async #replace(times: Readonly<Record<string, string>>): Promise<void> {
    try {
      // What this gateway saw before it was started again is kept.
      const known = { ...(await readUses(join(this.directory, this.#file))), ...times };
      await makeDirectory(this.directory);
      await replaceFile(join(this.directory, this.#file), (temporary) =>
        writeFile(temporary, `${JSON.stringify(known)}\n`, { mode: 0o600 }),
      );
    } catch (error) {
      this.logger.warn({ err: error }, 'when keys were last used cannot be written');
    }
  }

  get #file(): string {
    return `${this.gatewayId}.json`;
  }
}

/** When each key was last used at any gateway that shares the directory, by the key's id. */
export async function readKeyUses(directory: string): Promise<ReadonlyMap<string, string>> {
  const names = await readdir(directory).catch(() => []);
  const newest = new Map<string, string>();
  for (const name of names) {
    if (!name.endsWith('.json') || name.startsWith('.')) continue;
    for (const [id, at] of Object.entries(await readUses(join(directory, name)))) {
      if (at > (newest.get(id) ?? '')) newest.set(id, at);
    }
  }
  return newest;
}

/** A file that cannot be read says nothing: no key depends on it. */
async function readUses(file: string): Promise<Readonly<Record<string, string>>> {
  try {
    const uses: unknown = JSON.parse(await readFile(file, 'utf8'));
    if (typeof uses !== 'object' || uses === null) return {};
    return Object.fromEntries(
      Object.entries(uses).filter((use): use is [string, string] => typeof use[1] === 'string'),
    );
  } catch {
    return {};
  }
}

function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
