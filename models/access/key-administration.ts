import type { Logger } from '../../logging/logger.js';
import { type AccessLayout, accessLayout } from './access-layout.js';
import { type KeyRecord, type KeyState, keyState, newKey } from './api-key.js';
import { AuditLog } from './audit-log.js';
import { type BadKeyFile, findKey, readKeyFiles, writeKeyFile } from './key-files.js';
import { readKeyUses } from './key-usage.js';
import type { Scope } from './scopes.js';

export interface KeyRequest {
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** `null`: all models. */
  readonly models: readonly string[] | null;
  readonly requestsPerSecond: number | null;
  readonly expiresAt: string | null;
}

/** A key as it may be shown: nothing of the key itself. */
export interface KeyEntry extends Omit<KeyRecord, 'sha256'> {
  readonly state: KeyState;
  /** At any gateway; `null`: never, or within the last seconds. */
  readonly lastUsedAt: string | null;
}

/** Makes, lists and revokes keys, of one state directory. Gateways see it within a second or two. */
export class KeyAdministration {
  readonly #layout: AccessLayout;
  readonly #audit: AuditLog;

  /**
   * @param home - root of the state directory
   * @param actor - who does it, as the audit log names them
   */
  constructor(
    home: string,
    private readonly actor: string,
    logger: Logger,
  ) {
    this.#layout = accessLayout(home);
    this.#audit = new AuditLog({ directory: this.#layout.auditDir, writer: 'cli', logger });
  }

  /** The key is in force and its record on disk when it returns; it cannot be had again. */
  async create(request: KeyRequest): Promise<{ readonly key: string; readonly entry: KeyEntry }> {
    const { key, id, sha256 } = newKey();
    const record: KeyRecord = {
      id,
      name: request.name,
      sha256,
      scopes: [...new Set(request.scopes)],
      models: request.models === null ? null : [...new Set(request.models)],
      requestsPerSecond: request.requestsPerSecond,
      createdAt: new Date().toISOString(),
      createdBy: this.actor,
      expiresAt: request.expiresAt,
      revokedAt: null,
      revokedBy: null,
    };
    await writeKeyFile(this.#layout.keysDir, record);
    await this.#told('keys create', record);
    return { key, entry: entryOf(record, null) };
  }

  async list(): Promise<{
    readonly keys: readonly KeyEntry[];
    readonly bad: readonly BadKeyFile[];
  }> {
    const [{ keys, bad }, used] = await Promise.all([
      readKeyFiles(this.#layout.keysDir),
      readKeyUses(this.#layout.usedDir),
    ]);
    return { keys: keys.map((key) => entryOf(key, used.get(key.id) ?? null)), bad };
  }

  /**
   * Takes a key out of force for good; one that was revoked before stays as it is.
   *
   * @throws MillraceError `NotFound` for a key that there is not, `InvalidInput` for a name of several
   */
  async revoke(nameOrId: string): Promise<KeyEntry> {
    const { keys } = await readKeyFiles(this.#layout.keysDir);
    const record = findKey(keys, nameOrId);
    if (record.revokedAt !== null) return entryOf(record, null);
    const revoked = {
      ...record,
      revokedAt: new Date().toISOString(),
      revokedBy: this.actor,
    };
    await writeKeyFile(this.#layout.keysDir, revoked);
    await this.#told('keys revoke', revoked);
    return entryOf(revoked, null);
  }

  async #told(what: string, { id, name }: KeyRecord): Promise<void> {
    await this.#audit.append({
      at: new Date().toISOString(),
      by: 'cli',
      who: { kind: 'user', id: this.actor, name: this.actor },
      from: 'this machine',
      what: `${what} ${name} (${id})`,
      access: 'admin',
      model: null,
      outcome: 'done',
      status: 200,
    });
    await this.#audit.close();
  }
}

function entryOf({ sha256: _, ...shown }: KeyRecord, lastUsedAt: string | null): KeyEntry {
  return { ...shown, state: keyState(shown, Date.now()), lastUsedAt };
}
