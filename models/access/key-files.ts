import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MillraceError } from '../../contracts/index.js';
import { makeDirectory, replaceFile } from '../../storage/durable-file.js';
import { type KeyRecord, keyRecordSchema } from './api-key.js';

/** A file among the keys that is none. */
export interface BadKeyFile {
  readonly file: string;
  readonly reason: string;
}

export interface ReadKeys {
  /** Oldest first. */
  readonly keys: readonly KeyRecord[];
  readonly bad: readonly BadKeyFile[];
}

/** All keys of a directory, revoked ones too; none where it is not there. */
export async function readKeyFiles(directory: string): Promise<ReadKeys> {
  const names = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const files = names.filter((name) => name.endsWith('.json') && !name.startsWith('.'));
  const keys: KeyRecord[] = [];
  const bad: BadKeyFile[] = [];
  for (const name of files) {
    const file = join(directory, name);
    try {
      const record = keyRecordSchema.parse(JSON.parse(await readFile(file, 'utf8')));
      if (name !== `${record.id}.json`) throw new Error(`it holds the key ${record.id}`);
      keys.push(record);
    } catch (error) {
      bad.push({ file, reason: error instanceof Error ? error.message : String(error) });
    }
  }
  keys.sort((a, b) => (a.createdAt < b.createdAt ? -1 : 1));
  return { keys, bad };
}

/** Writes a key's record in the place of the one before; durable when it returns. */
export async function writeKeyFile(directory: string, record: KeyRecord): Promise<void> {
  await makeDirectory(directory);
  await replaceFile(join(directory, `${record.id}.json`), (temporary) =>
    writeFile(temporary, `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600 }),
  );
}

/**
 * The one key that a name or id means. Several may have one name while a key is changed for another:
 * then only the id tells them apart.
 *
 * @throws MillraceError `NotFound` for none, `InvalidInput` for several
 */
export function findKey(keys: readonly KeyRecord[], nameOrId: string): KeyRecord {
  const byId = keys.find(({ id }) => id === nameOrId);
  if (byId !== undefined) return byId;
  const named = keys.filter(({ name }) => name === nameOrId);
  const held = named.filter(({ revokedAt }) => revokedAt === null);
  const [found, ...others] = held.length > 0 ? held : named;
  if (found === undefined) {
    throw new MillraceError(
      'NotFound',
      `there is no key ${JSON.stringify(nameOrId)}`,
      'millrace keys list shows their names and ids',
    );
  }
  if (others.length === 0) return found;
  throw new MillraceError(
    'InvalidInput',
    `${others.length + 1} keys are called ${nameOrId}: ${[found, ...others].map(({ id }) => id).join(', ')}`,
    'name one by its id',
  );
}
