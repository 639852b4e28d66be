import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { pythonEnvironment } from '../../setup/pinned-environment.mjs';
import { packageRoot } from '../../setup/places.mjs';
import { literal } from '../../storage/tabular/sql-text.js';
import { type Bench, type BenchContext, type BenchReport, isShort } from '../bench.js';
import { type MeasuredProcess, measureProcess } from '../drift/measured-process.js';
import { figure } from '../report/print.js';
import { rounded } from '../report/samples.js';

const ROWS_VARIABLE = 'MILLRACE_BENCH_BATCH_ROWS';
const DEFAULT_ROWS = 10_000_000;
const SHORT_ROWS = 200_000;
/** Row by row, scikit-learn is asked for so many: it takes as long for each. */
const ROW_WISE_ROWS = 5_000;
const GOAL_TIMES_FASTER = 5;
const GOAL_RSS_MIB = 1_024;
const TIMEOUT_SECONDS = 3_600;

export const batchBench: Bench = {
  name: 'batch',
  title: 'predictions for a Parquet file, beside scikit-learn in chunks of pandas',
  run: measureBatch,
};

interface Side {
  readonly what: string;
  readonly rows: number;
  readonly rowsPerSecond: number;
  readonly rssMiB: number;
}

async function measureBatch({ directory, env, note }: BenchContext): Promise<BenchReport> {
  const rows = Number(env[ROWS_VARIABLE] ?? (isShort(env) ? SHORT_ROWS : DEFAULT_ROWS));
  const place = join(directory, 'batch');
  mkdirSync(place, { recursive: true });
  const at = (name: string) => join(place, name);
  const python = await pythonEnvironment(script('requirements.txt'), { env, note });
  const run = (...command: readonly [string, ...string[]]) =>
    measureProcess(command, { env, timeoutSeconds: TIMEOUT_SECONDS });

  note(`writing ${rows.toLocaleString('en')} × 12`);
  await writeRows(at('rows.parquet'), rows);
  await run(python, script('fit_model.py'), at('model.pkl'), at('model.onnx'));
  const peer = (form: string, most: number) =>
    run(
      python,
      script('pandas_chunks.py'),
      form,
      at('model.pkl'),
      at('rows.parquet'),
      at(`${form}.parquet`),
      String(most),
    );

  note('millrace');
  const program = join(packageRoot(), 'dist', 'bench', 'batch', 'predict-main.js');
  const files = [at('model.onnx'), at('rows.parquet'), at('ours.parquet'), place];
  const ours = side('millrace', await run(process.execPath, program, ...files));
  note('scikit-learn, the chunk at once');
  const chunks = side('scikit-learn, the chunk at once', await peer('chunks', rows));
  note('scikit-learn, row by row');
  const rowWise = side('scikit-learn, row by row', await peer('rows', ROW_WISE_ROWS));

  const sides = [ours, chunks, rowWise];
  const times = (other: Side) => ours.rowsPerSecond / other.rowsPerSecond;
  return {
    method: 'reading, predicting and writing in a process of its own, one after another; 100 trees',
    columns: [
      { title: '' },
      { title: 'rows', align: 'right' },
      { title: 'rows/s', align: 'right' },
      { title: 'millrace is so many times faster', align: 'right' },
      { title: 'RSS MiB', align: 'right' },
    ],
    rows: sides.map((one) => [
      one.what,
      one.rows.toLocaleString('en'),
      Math.round(one.rowsPerSecond).toLocaleString('en'),
      one === ours ? '' : figure(times(one)),
      figure(one.rssMiB),
    ]),
    goals: [
      {
        what: "share of row-wise scikit-learn's time",
        value: 1 / times(rowWise),
        atMost: 1 / GOAL_TIMES_FASTER,
        unit: '',
      },
      { what: 'RSS', value: ours.rssMiB, atMost: GOAL_RSS_MIB, unit: ' MiB' },
    ],
    figures: {
      rows,
      sides: sides.map((one) => ({
        what: one.what,
        rows: one.rows,
        rowsPerSecond: rounded(one.rowsPerSecond),
        rssMiB: rounded(one.rssMiB),
      })),
    },
  };
}

function side(what: string, { stdout, rssMiB }: MeasuredProcess): Side {
  const { rows, seconds } = JSON.parse(stdout) as { rows: number; seconds: number };
  return { what, rows, rowsPerSecond: rows / seconds, rssMiB };
}

/** An id, ten numbers and a category. */
async function writeRows(path: string, rows: number): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  try {
    await connection.run('SELECT setseed(0.25)');
    const numbers = Array.from({ length: 10 }, (_, index) => `random() * 4 - 2 AS x${index}`);
    const category = `['north', 'south', 'east', 'west'][1 + range % 4] AS region`;
    await connection.run(
      `COPY (SELECT range AS id, ${numbers.join(', ')}, ${category} FROM range(${rows}))
       TO ${literal(path)} (FORMAT parquet, COMPRESSION zstd)`,
    );
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

function script(name: string): string {
  return join(packageRoot(), 'bench', 'batch', name);
}
