// Answers rows with a package of millrace in Node: npm install onnxruntime-node@1.30.0
//   node edge/predict.mjs [rows.json]     rows: [{ column: value, … }]; without them the example's
import { readFile } from 'node:fs/promises';
import { InferenceSession, Tensor } from 'onnxruntime-node';

const at = (name) => new URL(`../${name}`, import.meta.url);
const read = async (path) => JSON.parse(await readFile(path, 'utf8'));

/** The tensors of preprocessing.json: numbers in float32, what is missing as NaN or ''. */
function feedsOf({ tensors }, rows) {
  const feeds = {};
  for (const { name, type, columns, missing } of tensors) {
    const values = rows.flatMap((row) =>
      columns.map((column) => {
        const value = row[column] ?? null;
        if (type === 'string') return value === null ? missing : String(value);
        return value === null ? Number.NaN : Number(value);
      }),
    );
    const data = type === 'string' ? values : Float32Array.from(values);
    feeds[name] = new Tensor(type, data, [rows.length, columns.length]);
  }
  return feeds;
}

/** Predictions and, of a classification, the probability of each class. */
function answerOf({ output }, tensors, rows) {
  if (output.classes === undefined) return { predictions: Array.from(tensors.prediction.data) };
  const width = output.classes.length;
  const inGraph = output.classes.map((value) =>
    String(typeof value === 'boolean' ? +value : value),
  );
  return {
    predictions: Array.from(tensors.label.data, (label) => {
      return output.classes[inGraph.indexOf(String(label))];
    }),
    probabilities: rows.map((_, row) =>
      Array.from(tensors.probabilities.data.slice(row * width, (row + 1) * width)),
    ),
  };
}

const signature = await read(at('signature.json'));
const preprocessing = await read(at('preprocessing.json'));
const [, , file] = process.argv;
const rows = file ? await read(file) : (await read(at('example.json'))).request.dataframe_records;
const session = await InferenceSession.create(await readFile(at('model.onnx')));
const tensors = await session.run(feedsOf(preprocessing, rows));
console.log(JSON.stringify(answerOf(signature, tensors, rows)));
