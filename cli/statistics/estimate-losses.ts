import { join } from 'node:path';
import { type ArtifactRef, MEDIA_TYPE, MillraceError } from '../../contracts/index.js';
import { createLogger } from '../../logging/logger.js';
import { createProcessRunner } from '../../processes/index.js';
import { packageRoot } from '../../setup/places.mjs';
import { createLocalArtifactStore } from '../../storage/artifacts/local-store.js';
import { withTemporaryHome } from '../../storage/home/temporary-home.js';
import { type Column, readTable, writeParquet } from '../../storage/tabular/index.js';
import { columnOf, type EstimateTables, type NamedTable } from './estimate-tables.js';

export interface ExpectedLosses {
  /** Of the rows of the reference, by models that did not see them. */
  readonly reference: Float64Array;
  readonly analysis: Float64Array;
}

export interface LossModelOptions {
  /** Features, and the prediction. */
  readonly inputs: readonly string[];
  /** Losses of the reference; NaN where a row has none. */
  readonly losses: Float64Array;
  readonly seed: number;
  /** Executable of the virtual environment. */
  readonly python: string;
  readonly signal: AbortSignal;
  readonly onProgress: (share: number) => void;
}

const KILL_AFTER_MS = 2_000;
const LOSS = 'loss';

/**
 * Has Python learn the loss on the reference and say what to expect of every row. Works in a
 * directory of its own, which is removed after.
 *
 * @throws MillraceError `StepProcessFailed` when the program fails; the signal's reason when aborted
 */
export async function expectLosses(
  tables: EstimateTables,
  options: LossModelOptions,
): Promise<ExpectedLosses> {
  return await withTemporaryHome(async (home) => {
    const artifacts = createLocalArtifactStore(home.artifactsDir);
    const store = async (named: NamedTable, more: readonly Column[]): Promise<ArtifactRef> => {
      const path = join(home.workDir, `rows-${more.length}.parquet`);
      // Names of a file may differ in letter case alone, which the tables here do not take.
      const inputs = options.inputs.map((name, at) => ({
        ...columnOf(named, name),
        name: inputName(at),
      }));
      const { rows } = named.table;
      await writeParquet({ rows, columns: [...inputs, ...more], metadata: {} }, path);
      return artifacts.putFile(path, MEDIA_TYPE.parquet);
    };
    const read = async (ref: ArtifactRef | undefined) => {
      const column = ref && (await readTable(await artifacts.localPath(ref))).columns[0];
      if (column?.kind === 'number') return column.values;
      throw new MillraceError('StepContractBroken', 'the model of the loss gave no numbers');
    };
    const directory = join(packageRoot(), 'python');
    const processes = createProcessRunner({
      home,
      artifacts,
      logger: createLogger('estimate', { environment: { MILLRACE_LOG: 'silent' } }),
      python: { executable: options.python, directory },
    });
    try {
      const { artifacts: made } = await processes.run({
        runId: 'estimate',
        stepId: 'expected-losses',
        attempt: 1,
        argv: [options.python, join(directory, 'estimate_loss.py')],
        shell: false,
        baseDirectory: home.root,
        values: {
          features: options.inputs.map((_, at) => inputName(at)),
          loss: LOSS,
          seed: options.seed,
        },
        artifacts: {
          reference: await store(tables.reference, [
            { name: LOSS, kind: 'number', values: options.losses },
          ]),
          analysis: await store(tables.analysis, []),
        },
        // Threads that wait for others spin, which costs most where cores are shared.
        env: { PYTHONDONTWRITEBYTECODE: '1', OMP_WAIT_POLICY: 'PASSIVE' },
        signal: options.signal,
        killAfterMs: KILL_AFTER_MS,
        onProgress: ({ progress }) => options.onProgress(progress ?? 0),
      });
      return { reference: await read(made['reference']), analysis: await read(made['analysis']) };
    } finally {
      await processes.close();
    }
  });
}

function inputName(at: number): string {
  return `x${at}`;
}
