import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import type { Table } from '../../../storage/tabular/index.js';

/** A fresh directory for each test; `path()` names files in it, `file()` writes them. */
export function tableDirectory() {
  let directory = '';
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'millrace tables-'));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));
  const path = (name: string) => join(directory, name);
  return {
    path,
    async file(name: string, content: string | Uint8Array): Promise<string> {
      await writeFile(path(name), content);
      return path(name);
    },
  };
}

/** The values of one column as a plain array, NaN as null. */
export function valuesOf(table: Table, name: string): unknown[] {
  const column = table.columns.find((candidate) => candidate.name === name);
  if (column === undefined) throw new Error(`no column ${name}`);
  return Array.from<unknown>(column.values).map((value) => (Number.isNaN(value) ? null : value));
}

export const HOUR_MS = 3_600_000;
