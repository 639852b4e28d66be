import { type FileHandle, open, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from '../../logging/logger.js';
import { createMasker, type Masker } from '../../logging/masking.js';
import { makeDirectory, syncDirectory } from '../../storage/durable-file.js';

/** One line of the audit log. Nothing in it is a secret. */
export interface AuditRecord {
  /** When it was answered. */
  readonly at: string;
  /** The gateway, or `cli`. */
  readonly by: string;
  readonly who: { readonly kind: string; readonly id: string; readonly name: string } | null;
  /** Address of the caller; of the command line the user. */
  readonly from: string;
  /** `POST /labels`, a method of gRPC, or a command. */
  readonly what: string;
  readonly access: string;
  readonly model: string | null;
  readonly outcome: 'denied' | 'done' | 'failed';
  readonly status: number;
  /** Why it was denied. */
  readonly reason?: string;
  /** So many alike since the line before, where there was more than one. */
  readonly count?: number;
}

export interface AuditLogOptions {
  readonly directory: string;
  /** One file each: no two processes that live on write one. */
  readonly writer: string;
  readonly logger: Logger;
  /** A file that has reached this size is put aside; 16 MiB by default. */
  readonly rotateBytes?: number;
  /** What a power cut can cost; 200 ms by default. */
  readonly fsyncIntervalMs?: number;
}

const ROTATE_BYTES = 16 * 1024 * 1024;
const FSYNC_MS = 200;
/** Longer texts that callers choose are cut. */
const LONGEST = 256;

/**
 * Appends lines to `<writer>.ndjson`, never changing one. A line is written when `append` returns, so
 * that a kill loses none, and on disk within the interval. Where it cannot be written the log says so,
 * loudly: callers are answered all the same.
 */
export class AuditLog {
  readonly #options: AuditLogOptions;
  readonly #masker: Masker = createMasker(process.env);
  #pending = '';
  #file: FileHandle | null = null;
  #bytes = 0;
  #writing: Promise<void> | null = null;
  #fsync: NodeJS.Timeout | null = null;

  constructor(options: AuditLogOptions) {
    this.#options = options;
  }

  append(record: AuditRecord): Promise<void> {
    this.#pending += `${JSON.stringify(this.#clean(record))}\n`;
    this.#writing ??= this.#drain();
    return this.#writing;
  }

  /** Everything is on disk when it returns. */
  async close(): Promise<void> {
    while (this.#writing !== null) await this.#writing;
    if (this.#fsync !== null) clearTimeout(this.#fsync);
    const file = this.#file;
    this.#file = null;
    if (file === null) return;
    await file.datasync().catch((error: unknown) => this.#complain(error));
    await file.close();
  }

  async #drain(): Promise<void> {
    while (this.#pending !== '') {
      const text = this.#pending;
      this.#pending = '';
      try {
        const file = await this.#open();
        await file.appendFile(text);
        this.#bytes += Buffer.byteLength(text);
        this.#fsyncSoon(file);
        if (this.#bytes >= (this.#options.rotateBytes ?? ROTATE_BYTES)) await this.#rotate(file);
      } catch (error) {
        this.#complain(error, text);
        await this.#file?.close().catch(() => undefined);
        this.#file = null;
      }
    }
    // Within the turn in which nothing was left: a line that comes later begins anew.
    this.#writing = null;
  }

  async #open(): Promise<FileHandle> {
    if (this.#file !== null) return this.#file;
    await makeDirectory(this.#options.directory);
    const file = await open(this.#path, 'a+', 0o600);
    const { size } = await file.stat();
    this.#file = file;
    this.#bytes = size;
    if (size === 0) await syncDirectory(this.#options.directory);
    // A kill in the middle of a write leaves a torn line: the next begins on one of its own.
    else if (await endsTorn(file, size)) await file.appendFile('\n');
    return file;
  }

  async #rotate(file: FileHandle): Promise<void> {
    await file.datasync();
    await file.close();
    this.#file = null;
    const at = new Date().toISOString().replaceAll(/[:.]/g, '-');
    await rename(this.#path, await this.#unusedName(at));
    await syncDirectory(this.#options.directory);
  }

  async #unusedName(at: string): Promise<string> {
    for (let number = 0; ; number += 1) {
      const name = `${this.#options.writer}.${at}${number === 0 ? '' : `-${number}`}.ndjson`;
      const path = join(this.#options.directory, name);
      if ((await stat(path).catch(() => null)) === null) return path;
    }
  }

  get #path(): string {
    return join(this.#options.directory, `${this.#options.writer}.ndjson`);
  }

  #fsyncSoon(file: FileHandle): void {
    this.#fsync ??= setTimeout(() => {
      this.#fsync = null;
      if (this.#file === file) file.datasync().catch((error: unknown) => this.#complain(error));
    }, this.#options.fsyncIntervalMs ?? FSYNC_MS).unref();
  }

  #clean(record: AuditRecord): AuditRecord {
    const { what, reason, model, who } = record;
    const cut = (text: string) => this.#masker.text(text.slice(0, LONGEST));
    return {
      ...record,
      what: cut(what),
      model: model === null ? null : cut(model),
      who: who === null ? null : { kind: who.kind, id: cut(who.id), name: cut(who.name) },
      ...(reason !== undefined && { reason: cut(reason) }),
    };
  }

  #complain(error: unknown, lines?: string): void {
    this.#options.logger.error(
      { err: error, ...(lines !== undefined && { lines }) },
      'the audit log cannot be written',
    );
  }
}

async function endsTorn(file: FileHandle, size: number): Promise<boolean> {
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
  return buffer[0] !== 0x0a;
}
