import { join } from 'node:path';
import {
  type ArtifactRef,
  isMillraceError,
  type JsonObject,
  MEDIA_TYPE,
  MillraceError,
} from '../../../contracts/index.js';
import { createLogger } from '../../../logging/logger.js';
import { createProcessRunner } from '../../../processes/index.js';
import { type ArtifactStore, createLocalArtifactStore } from '../../../storage/artifacts/index.js';
import type { HomeLayout } from '../../../storage/home/index.js';
import { withTemporaryHome } from '../../../storage/home/temporary-home.js';
import { type Column, writeParquet } from '../../../storage/tabular/index.js';
import type { ColumnValues, Matrix } from '../../drift/index.js';
import { type ProgramResult, parseProgramResult } from './program-result.js';
import { type PythonAccess, requirePython } from './python-access.js';

/** Time between SIGTERM and SIGKILL when the work is aborted. */
const KILL_AFTER_MS = 2_000;

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
  return await withTemporaryHome(async (home) => {
    const artifacts = createLocalArtifactStore(home.artifactsDir);
    // What fails is thrown; the log of a directory that is removed tells nobody anything.
    const logger = createLogger('drift', { environment: { MILLRACE_LOG: 'silent' } });
    const processes = createProcessRunner({ home, artifacts, logger, python });
    try {
      const { artifacts: made } = await processes.run({
        runId: 'drift',
        stepId: work.values.method,
        attempt: 1,
        argv: [python.executable, join(python.directory, 'drift.py')],
        shell: false,
        baseDirectory: home.root,
        values: work.values,
        artifacts: {
          reference: await store(home, artifacts, 'reference', work.reference, work.target),
          current: await store(home, artifacts, 'current', work.current),
        },
        env: { PYTHONDONTWRITEBYTECODE: '1' },
        signal: access.signal ?? new AbortController().signal,
        killAfterMs: KILL_AFTER_MS,
        onProgress: ({ progress }) => access.onProgress?.(progress ?? 0),
      });
      const { result } = made;
      return parseProgramResult(result === undefined ? null : await artifacts.readJson(result));
    } catch (error) {
      throw explained(error);
    } finally {
      await processes.close();
    }
  });
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

/** Tells apart what the contract's exit codes cannot. */
export function explained(error: unknown): unknown {
  if (!isMillraceError(error)) return error;
  if (error.type === 'InvalidInput') {
    // Whoever compares two files has started no step.
    const message = error.message.replace(/^step \S+ refused its input: /, '');
    return new MillraceError('InvalidInput', message, error.hint, { cause: error });
  }
  if (error.type !== 'StepProcessFailed' || !error.message.includes('ModuleNotFoundError:')) {
    return error;
  }
  return new MillraceError(
    'EnvironmentMissing',
    `Python lacks a library: ${error.message}`,
    'run `millrace setup`',
    { cause: error },
  );
}
