import { join } from 'node:path';
import { type JsonObject, MEDIA_TYPE } from '../../contracts/index.js';
import { runPythonProgram } from '../../processes/index.js';
import { type Table, writeParquet } from '../../storage/tabular/index.js';
import { type ProgramResult, parseProgramResult } from './program-result.js';

/** Python with the packages of `python/requirements-explaining.txt`, and how its work is followed. */
export interface ExplainingPython {
  readonly executable: string;
  /** Of millrace's Python programs. */
  readonly directory: string;
  readonly signal: AbortSignal;
  /** In [0, 1]. */
  readonly onProgress?: (share: number) => void;
}

export interface ExplainProgramWork {
  /** As `python/millrace_explaining/options.py` has them. */
  readonly values: JsonObject;
  /** Path of the graph; `null`: `values.answers` is where the model is asked. */
  readonly onnx: string | null;
  readonly background: Table;
  readonly rows: Table;
}

/**
 * Runs `python/explain.py` by the step contract, in a state directory that is removed after.
 *
 * @throws MillraceError `InvalidInput` where Python refuses the data, `EnvironmentMissing` where it
 * lacks a library; the signal's reason when it was aborted
 */
export async function runExplainProgram(
  work: ExplainProgramWork,
  python: ExplainingPython,
): Promise<ProgramResult> {
  return await runPythonProgram(
    {
      file: 'explain.py',
      stepId: 'explain',
      python,
      values: work.values,
      inputs: async (home, artifacts) => {
        const store = async (name: string, table: Table) => {
          const path = join(home.workDir, `${name}.parquet`);
          await writeParquet(table, path);
          return await artifacts.putFile(path, MEDIA_TYPE.parquet);
        };
        return {
          ...(work.onnx !== null && {
            onnx: await artifacts.putFile(work.onnx, MEDIA_TYPE.onnx),
          }),
          background: await store('background', work.background),
          rows: await store('rows', work.rows),
        };
      },
      // Compiling what shap has compiled takes longer than it saves.
      env: { NUMBA_DISABLE_JIT: '1' },
      signal: python.signal,
      onProgress: python.onProgress,
      lackingHint: 'remove the environment and ask again: it is made anew',
    },
    async ({ artifacts: { result } }, artifacts) =>
      parseProgramResult(result === undefined ? null : await artifacts.readJson(result)),
  );
}
