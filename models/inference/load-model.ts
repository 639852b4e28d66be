import { InferenceSession } from 'onnxruntime-node';
import { MillraceError, type ModelSignature } from '../../contracts/index.js';
import type { Table } from '../../storage/tabular/table.js';
import {
  emptyPredictions,
  fillPredictions,
  OUTPUT_NAMES,
  type RowPredictions,
  type TablePredictions,
  toRowPredictions,
} from './answers.js';
import type { InputRow } from './input-row.js';
import type { ServedModel } from './served-model.js';
import { type Feeds, TableTensors, tensorsFromRows, tensorWidths } from './tensors.js';

/**
 * The runtime computes on the calling thread, one event-loop turn per call: so many rows are a few
 * milliseconds at a time.
 */
const CHUNK_ROWS = 1_024;

export interface LoadOptions {
  /** Threads for one answer; default 1, which is the fastest for single rows. */
  readonly threads?: number;
}

/**
 * Loads an ONNX graph into this process.
 *
 * @param graph - its path or its bytes
 * @param signature - from the model's manifest
 * @throws MillraceError `ArtifactCorrupt` when it is no graph, or not one of this signature
 * @example
 * const model = await loadModel(await artifacts.localPath(manifest.onnx), manifest.signature);
 * await model.predict([{ temperature: 9.84 }]); // { predictions: [16.23] }
 */
export async function loadModel(
  graph: string | Uint8Array,
  signature: ModelSignature,
  options: LoadOptions = {},
): Promise<ServedModel> {
  const settings: InferenceSession.SessionOptions = {
    executionProviders: ['cpu'],
    intraOpNumThreads: options.threads ?? 1,
    interOpNumThreads: 1,
    // A thread that waits for the others must not keep a processor busy that they could use.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
    // Errors only: they are thrown as well.
    logSeverityLevel: 3,
  };
  let session: InferenceSession;
  try {
    session = await (typeof graph === 'string'
      ? InferenceSession.create(graph, settings)
      : InferenceSession.create(graph, settings));
  } catch (cause) {
    throw new MillraceError(
      'ArtifactCorrupt',
      `the model cannot be loaded as ONNX: ${cause instanceof Error ? cause.message : String(cause)}`,
      'train the model again',
      { cause },
    );
  }
  try {
    checkInterface(session, signature);
  } catch (error) {
    await session.release();
    throw error;
  }
  return new OnnxModel(session, signature);
}

class OnnxModel implements ServedModel {
  #running = 0;
  #idle: (() => void) | null = null;

  readonly #session: InferenceSession;

  constructor(
    session: InferenceSession,
    readonly signature: ModelSignature,
  ) {
    this.#session = session;
  }

  async predict(rows: readonly InputRow[]): Promise<RowPredictions> {
    return this.#counted(async () => {
      const answers = emptyPredictions(this.signature, rows.length);
      for (let start = 0; start < rows.length; start += CHUNK_ROWS) {
        const chunk = rows.length <= CHUNK_ROWS ? rows : rows.slice(start, start + CHUNK_ROWS);
        await this.#ask(tensorsFromRows(this.signature, chunk), answers, start);
      }
      return toRowPredictions(answers);
    });
  }

  async predictTable(table: Table, signal?: AbortSignal): Promise<TablePredictions> {
    return this.#counted(async () => {
      const tensors = new TableTensors(this.signature, table);
      const answers = emptyPredictions(this.signature, table.rows);
      for (let start = 0; start < table.rows; start += CHUNK_ROWS) {
        signal?.throwIfAborted();
        const end = Math.min(start + CHUNK_ROWS, table.rows);
        await this.#ask(tensors.slice(start, end), answers, start);
      }
      return answers;
    });
  }

  async release(): Promise<void> {
    if (this.#running > 0) {
      await new Promise<void>((resolve) => {
        this.#idle = resolve;
      });
    }
    await this.#session.release();
  }

  async #ask(feeds: Feeds, answers: TablePredictions, start: number): Promise<void> {
    fillPredictions(answers, start, await this.#session.run(feeds));
  }

  async #counted<T>(work: () => Promise<T>): Promise<T> {
    this.#running += 1;
    try {
      return await work();
    } finally {
      this.#running -= 1;
      if (this.#running === 0) this.#idle?.();
    }
  }
}

function checkInterface(session: InferenceSession, signature: ModelSignature): void {
  const widths = tensorWidths(signature);
  const expected = [
    ...(widths.numeric > 0 ? ['numeric'] : []),
    ...(widths.categorical > 0 ? ['categorical'] : []),
  ];
  refuseDifference('inputs', expected, session.inputNames);
  refuseDifference('outputs', OUTPUT_NAMES[signature.task], session.outputNames);
  for (const input of session.inputMetadata) {
    const width = input.isTensor ? input.shape[1] : undefined;
    const wanted = input.name === 'numeric' ? widths.numeric : widths.categorical;
    if (width !== wanted) {
      throw new MillraceError(
        'ArtifactCorrupt',
        `the model's input ${input.name} has ${width} columns, its signature says ${wanted}`,
        'train the model again',
      );
    }
  }
}

function refuseDifference(
  what: string,
  expected: readonly string[],
  actual: readonly string[],
): void {
  if (expected.length === actual.length && expected.every((name) => actual.includes(name))) return;
  throw new MillraceError(
    'ArtifactCorrupt',
    `the model's ${what} are ${actual.join(', ') || 'none'}; its signature needs ${expected.join(', ')}`,
    'train the model again',
  );
}
