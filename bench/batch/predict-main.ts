import { join } from 'node:path';
import type { ModelSignature } from '../../contracts/index.js';
import { predictFile } from '../../models/batch/predict-file.js';
import { loadModel } from '../../models/inference/load-model.js';
import { newRequestUuid } from '../../models/predictions/prediction-id.js';

/** What `millrace predict` does with a file, without a registry to find the model in. */
const [graph = '', input = '', output = '', directory = ''] = process.argv.slice(2);

const signature: ModelSignature = {
  task: 'regression',
  inputs: Array.from({ length: 10 }, (_, index) => ({
    name: `x${index}`,
    kind: 'number',
    nullable: false,
    tensor: 'numeric',
    index,
  })),
  context: [],
  output: { name: 'y', kind: 'number' },
};

const model = await loadModel(graph, signature, { threads: 2 });
const startedMs = performance.now();
const { rows } = await predictFile(
  {
    input,
    output,
    outputFormat: 'parquet',
    model: 'bench',
    version: 1,
    graph: 'bench',
    signature,
    columns: null,
    onBadRow: 'fail',
    requestUuid: newRequestUuid(),
    workDir: join(directory, 'parts'),
  },
  model,
);
const seconds = (performance.now() - startedMs) / 1_000;
process.stdout.write(`${JSON.stringify({ rows, seconds })}\n`);
