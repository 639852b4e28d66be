import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ArtifactRef, MEDIA_TYPE, MillraceError } from '../../contracts/index.js';
import { createLogger } from '../../logging/logger.js';
import { createProcessRunner } from '../../processes/index.js';
import { packageRoot } from '../../setup/places.mjs';
import { createLocalArtifactStore } from '../../storage/artifacts/local-store.js';
import { createHome } from '../../storage/home/create-home.js';
import { type Column, readTable, type Table, writeParquet } from '../../storage/tabular/index.js';
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
  const directory = await mkdtemp(join(tmpdir(), 'millrace-estimate-'));
  try {
    const home = await createHome(join(directory, 'home'));
    const artifacts = createLocalArtifactStore(home.artifactsDir);
    const loss: Column = { name: lossName(options.inputs), kind: 'number', values: options.losses };
    const store = async (named: NamedTable, more: readonly Column[]): Promise<ArtifactRef> => {
      const path = join(directory, `rows-${more.length}.parquet`);
      await writeParquet(inputTable(named, options.inputs, more), path);
      return artifacts.putFile(path, MEDIA_TYPE.parquet);
    };
    const runner = createProcessRunner({
      home,
      artifacts,
      logger: createLogger('processes', { environment: { MILLRACE_LOG: 'silent' } }),
      python: { executable: options.python, directory: join(packageRoot(), 'python') },
    });
    try {
      const made = await runner.run({
        runId: 'estimate',
        stepId: 'expected-losses',
        attempt: 1,
        argv: ['python', join(packageRoot(), 'python', 'estimate_loss.py')],
        shell: false,
        baseDirectory: directory,
        values: { features: [...options.inputs], loss: loss.name, seed: options.seed },
        artifacts: {
          reference: await store(tables.reference, [loss]),
          analysis: await store(tables.analysis, []),
        },
        // Threads that wait for others spin, which costs most where cores are shared.
        env: { PYTHONDONTWRITEBYTECODE: '1', OMP_WAIT_POLICY: 'PASSIVE' },
        signal: options.signal,
        killAfterMs: KILL_AFTER_MS,
        onProgress: ({ progress }) => options.onProgress(progress ?? 0),
      });
      const read = async (name: string) => {
        const ref = made.artifacts[name];
        if (ref === undefined) throw broken(`no artifact ${name}`);
        const { columns } = await readTable(await artifacts.localPath(ref));
        const [column] = columns;
        if (column?.kind !== 'number') throw broken(`artifact ${name} holds no numbers`);
        return column.values;
      };
      return { reference: await read('reference'), analysis: await read('analysis') };
    } finally {
      await runner.close();
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function inputTable(named: NamedTable, inputs: readonly string[], more: readonly Column[]): Table {
  const columns = [...inputs.map((name) => columnOf(named, name)), ...more];
  return { rows: named.table.rows, columns, metadata: {} };
}

/** A name that no input has. */
function lossName(inputs: readonly string[]): string {
  const taken = new Set(inputs.map((name) => name.toLowerCase()));
  let name = 'loss';
  while (taken.has(name)) name = `_${name}`;
  return name;
}

function broken(message: string): MillraceError {
  return new MillraceError('StepContractBroken', `the model of the loss: ${message}`);
}
