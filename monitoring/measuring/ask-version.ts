import type { VersionRecord } from '../../contracts/index.js';
import { loadModel, type TablePredictions } from '../../models/inference/index.js';
import type { Table } from '../../storage/tabular/table.js';
import type { MeasuringDeps } from './deps.js';

/** Columns that a version is asked with. */
export function inputNames({ content }: VersionRecord): string[] {
  return content.signature.inputs.map(({ name }) => name);
}

/** What a version answers to rows, whoever served them. */
export async function askVersion(
  deps: Pick<MeasuringDeps, 'artifacts'>,
  { content }: VersionRecord,
  table: Table,
  signal?: AbortSignal,
): Promise<TablePredictions> {
  const model = await loadModel(await deps.artifacts.localPath(content.onnx), content.signature);
  try {
    return await model.predictTable(table, signal);
  } finally {
    await model.release();
  }
}
