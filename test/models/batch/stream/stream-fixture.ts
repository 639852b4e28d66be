import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { ModelSignature } from '../../../../contracts/index.js';
import { FileSink } from '../../../../models/batch/stream/output-lines.js';
import type { StreamSource } from '../../../../models/batch/stream/ports.js';
import { predictStream, type StreamJob } from '../../../../models/batch/stream/predict-stream.js';
import { loadModel } from '../../../../models/inference/load-model.js';
import { LINEAR } from '../../serving/serving-fixture.js';

export interface Line {
  readonly id?: number;
  readonly prediction: number | null;
  readonly prediction_id: string;
  readonly model_version: number;
  readonly prediction_error?: string;
}

/** Of a graph that says 10 of winter and 20 of summer, else −1. */
export const BY_SEASON: ModelSignature = {
  task: 'regression',
  inputs: [{ name: 'season', kind: 'string', nullable: false, tensor: 'categorical', index: 0 }],
  context: [],
  output: { name: 'rentals', kind: 'number' },
};

/** A directory with a model, by default 2 a + b, of which streams are predicted. */
export async function streamWorld(name = 'linear', signature = LINEAR) {
  const directory = mkdtempSync(join(tmpdir(), 'millrace-stream-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const graph = fileURLToPath(new URL(`../../../fixtures/onnx/${name}.onnx`, import.meta.url));
  const model = await loadModel(graph, signature);
  onTestFinished(() => model.release());
  const at = (name: string) => join(directory, name);
  return {
    at,
    run: (
      source: StreamSource,
      more: Partial<StreamJob> = {},
      signal: AbortSignal = new AbortController().signal,
    ) =>
      predictStream(
        {
          source,
          sink: new FileSink(at('out.ndjson')),
          checkpointFile: at('checkpoint.json'),
          columns: null,
          onBadRow: 'null',
          version: async () => ({ version: 1, model }),
          batchRecords: 10,
          ...more,
        },
        signal,
      ),
    lines: (): readonly Line[] =>
      readFileSync(at('out.ndjson'), 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line)),
  };
}

/** Records `from` to `to`, whose prediction is 3 × their id. */
export function records(from: number, to: number): string {
  let text = '';
  for (let id = from; id < to; id += 1) text += `${JSON.stringify({ id, a: id, b: id })}\n`;
  return text;
}

export function idsOf(lines: readonly Line[]): readonly (number | undefined)[] {
  return lines.map(({ id }) => id);
}

export const upTo = (count: number) => Array.from({ length: count }, (_, id) => id);
