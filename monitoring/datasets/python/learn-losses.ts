import { join } from 'node:path';
import { MEDIA_TYPE, MillraceError } from '../../../contracts/index.js';
import { runPythonProgram, type StepProcessResult } from '../../../processes/index.js';
import type { ArtifactStore } from '../../../storage/artifacts/index.js';
import { type Column, readTable, writeParquet } from '../../../storage/tabular/index.js';
import { isLossModel, type LossModel } from '../../drift/index.js';
import { type PythonAccess, requirePython } from './python-access.js';

const LOSS = 'loss';

export interface LearnedLosses {
  readonly model: LossModel;
  /** Of the rows that were learned from, by models that did not see them. */
  readonly expected: Float64Array;
}

/**
 * Has Python learn how large a model's loss is where. What it learned is evaluated without Python.
 *
 * @param features - columns of one length
 * @param losses - NaN where a row has none
 * @throws MillraceError `EnvironmentMissing` without Python or its libraries; the signal's reason
 * when it was aborted
 */
export async function learnLosses(
  features: readonly Column[],
  losses: Float64Array,
  seed: number,
  access: PythonAccess,
): Promise<LearnedLosses> {
  const python = await requirePython(access, 'estimating the performance of a regression');
  // Names may differ in letter case alone, which the tables here do not take.
  const columns = features.map((column, at): Column => ({ ...column, name: `x${at}` }));
  return await runPythonProgram(
    {
      file: 'learn_loss.py',
      stepId: 'learn-losses',
      python,
      values: { features: columns.map(({ name }) => name), loss: LOSS, seed },
      inputs: async (home, artifacts) => {
        const path = join(home.workDir, 'reference.parquet');
        const loss: Column = { name: LOSS, kind: 'number', values: losses };
        const table = { rows: losses.length, columns: [...columns, loss], metadata: {} };
        await writeParquet(table, path);
        return { reference: await artifacts.putFile(path, MEDIA_TYPE.parquet) };
      },
      // Threads that wait for others spin, which costs most where cores are shared.
      env: { OMP_WAIT_POLICY: 'PASSIVE' },
      signal: access.signal,
      onProgress: access.onProgress,
    },
    learned,
  );
}

async function learned(
  { artifacts: made }: StepProcessResult,
  artifacts: ArtifactStore,
): Promise<LearnedLosses> {
  const { model: modelRef, expected: expectedRef } = made;
  const model = modelRef && (await artifacts.readJson<unknown>(modelRef));
  const table = expectedRef && (await readTable(await artifacts.localPath(expectedRef)));
  const [expected] = table?.columns ?? [];
  if (isLossModel(model) && expected?.kind === 'number') {
    return { model, expected: expected.values };
  }
  throw new MillraceError(
    'StepContractBroken',
    'learn_loss.py ended well without handing on what it learned',
    'its Python files and millrace are of different versions: install again',
  );
}
