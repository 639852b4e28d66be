import { join } from 'node:path';
import { type ArtifactRef, type JsonObject, MEDIA_TYPE } from '../../../contracts/index.js';
import { runPythonProgram } from '../../../processes/index.js';
import type { ArtifactStore } from '../../../storage/artifacts/index.js';
import type { HomeLayout } from '../../../storage/home/index.js';
import { type Column, writeParquet } from '../../../storage/tabular/index.js';
import type { ColumnValues, Matrix } from '../../drift/index.js';
import { type ProgramResult, parseProgramResult } from './program-result.js';
import { type PythonAccess, requirePython } from './python-access.js';

export interface DriftProgramWork {
  /** As `python/millrace_drift/options.py` has them; `method` is one of them. */
  readonly values: JsonObject & { readonly method: string };
  readonly reference: Matrix;
  readonly current: Matrix;
  /** One a row of the reference, none missing. */
  readonly target?: ColumnValues;
}

/**
 * Runs `python/drift.py` by the step contract, in a state directory that is removed after.
 *
 * @throws MillraceError `InvalidInput` where Python refuses the data, `EnvironmentMissing` without
 * Python or its libraries; the signal's reason when it was aborted
 */
export async function runDriftProgram(
  work: DriftProgramWork,
  access: PythonAccess,
): Promise<ProgramResult> {
  const python = await requirePython(access, work.values.method);
  return await runPythonProgram(
    {
      file: 'drift.py',
      stepId: work.values.method,
      python,
      values: work.values,
      inputs: async (home, artifacts) => ({
        reference: await store(home, artifacts, 'reference', work.reference, work.target),
        current: await store(home, artifacts, 'current', work.current),
      }),
      signal: access.signal,
      onProgress: access.onProgress,
    },
    async ({ artifacts: { result } }, artifacts) =>
      parseProgramResult(result === undefined ? null : await artifacts.readJson(result)),
  );
}

async function store(
  home: HomeLayout,
  artifacts: ArtifactStore,
  side: string,
  matrix: Matrix,
  target?: ColumnValues,
): Promise<ArtifactRef> {
  const columns: Column[] = Array.from({ length: matrix.columns }, (_, j) => ({
    name: `x${j}`,
    kind: 'number',
    values: Float64Array.from({ length: matrix.rows }, (_, i) => valueAt(matrix, i, j)),
  }));
  if (target?.kind === 'numeric') {
    columns.push({ name: 'target', kind: 'number', values: target.values });
  } else if (target !== undefined) {
    columns.push({ name: 'target', kind: 'string', values: target.values });
  }
  const path = join(home.workDir, `${side}.parquet`);
  await writeParquet({ rows: matrix.rows, columns, metadata: {} }, path);
  return await artifacts.putFile(path, MEDIA_TYPE.parquet);
}

function valueAt({ values, columns }: Matrix, row: number, column: number): number {
  return values[row * columns + column] ?? 0;
}
