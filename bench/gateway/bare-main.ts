// The yardstick: what Node and onnxruntime can do with these requests and nothing else. No check, no
// log, no id; what arrives during a turn of the event loop is computed together.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { ModelSignature } from '../../contracts/index.js';

type Row = Readonly<Record<string, number | string | boolean | null>>;

interface Waiting {
  readonly row: Row;
  readonly answer: (prediction: number) => void;
}

const [modelFile = '', signatureFile = '', port] = process.argv.slice(2);
const { inputs } = JSON.parse(readFileSync(signatureFile, 'utf8')) as ModelSignature;
const namesOf = (tensor: string) => inputs.filter((i) => i.tensor === tensor).map((i) => i.name);
const numeric = namesOf('numeric');
const categorical = namesOf('categorical');
const session = await InferenceSession.create(modelFile, {
  executionProviders: ['cpu'],
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  logSeverityLevel: 3,
});

let waiting: Waiting[] = [];
let running = false;

function predict(row: Row, answer: (prediction: number) => void): void {
  waiting.push({ row, answer });
  if (running) return;
  running = true;
  setImmediate(() => void run());
}

async function run(): Promise<void> {
  const batch = waiting;
  waiting = [];
  const numbers = new Float32Array(batch.length * numeric.length);
  const texts = new Array<string>(batch.length * categorical.length);
  batch.forEach(({ row }, at) => {
    numeric.forEach((name, i) => {
      numbers[at * numeric.length + i] = Number(row[name] ?? Number.NaN);
    });
    categorical.forEach((name, i) => {
      texts[at * categorical.length + i] = String(row[name] ?? '');
    });
  });
  const feeds: Record<string, Tensor> = {};
  if (numeric.length > 0) {
    feeds['numeric'] = new Tensor('float32', numbers, [batch.length, numeric.length]);
  }
  if (categorical.length > 0) {
    feeds['categorical'] = new Tensor('string', texts, [batch.length, categorical.length]);
  }
  const { prediction } = await session.run(feeds);
  const answers = prediction?.data as Float32Array;
  batch.forEach(({ answer }, at) => {
    answer(answers[at] ?? Number.NaN);
  });
  running = waiting.length > 0;
  if (running) setImmediate(() => void run());
}

const server = createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => parts.push(part));
  request.on('end', () => {
    const body = JSON.parse(Buffer.concat(parts).toString()) as { dataframe_records: Row[] };
    predict(body.dataframe_records[0] ?? {}, (prediction) => {
      const answer = JSON.stringify({ predictions: [prediction] });
      response.writeHead(200, {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(answer),
      });
      response.end(answer);
    });
  });
});
server.listen(Number(port), '127.0.0.1', () => {
  const ready = { event: 'ready', port: (server.address() as AddressInfo).port };
  process.stdout.write(`${JSON.stringify(ready)}\n`);
});
