import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
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

/** A directory with a model 2 a + b, of which streams are predicted. */
export async function streamWorld() {
  const directory = mkdtempSync(join(tmpdir(), 'millrace-stream-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const graph = fileURLToPath(new URL('../../../fixtures/onnx/linear.onnx', import.meta.url));
  const model = await loadModel(graph, LINEAR);
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
