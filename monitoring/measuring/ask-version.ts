import type { VersionRecord } from '../../contracts/index.js';
import type { TablePredictions } from '../../models/inference/index.js';
import { openModel } from '../../models/sources/index.js';
import type { Table } from '../../storage/tabular/table.js';
import type { MeasuringDeps } from './deps.js';

/** Columns that a version is asked with. */
export function inputNames({ content }: VersionRecord): string[] {
  return content.signature.inputs.map(({ name }) => name);
}

/** What a version answers to rows, whoever served them. */
export async function askVersion(
  deps: Pick<MeasuringDeps, 'artifacts' | 'servers'>,
  { content }: VersionRecord,
  table: Table,
  signal?: AbortSignal,
): Promise<TablePredictions> {
  const model = await openModel(deps, content);
  try {
    return await model.predictTable(table, signal);
  } finally {
    await model.release();
  }
}
