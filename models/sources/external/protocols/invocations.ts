import type { GivenAnswers, Protocol } from './protocol.js';

/** MLflow's scoring protocol: a table as `dataframe_split`, a missing value is `null`. */
export const invocations: Protocol = {
  readyPath: () => '/ping',

  request(_server, { inputs }, rows) {
    const columns = inputs.map(({ name }) => name);
    const data = rows.map((row) => columns.map((column) => row[column] ?? null));
    return { path: '/invocations', body: { dataframe_split: { columns, data } } };
  },

  answers(server, signature, body, rows): GivenAnswers {
    const given = isObject(body) ? body['predictions'] : body;
    if (!Array.isArray(given)) throw new Error('answered without a list of predictions');
    if (given.length !== rows) throw new Error(`gave ${given.length} predictions for ${rows} rows`);
    const name = server.output ?? signature.output.name;
    const predictions = given.map((value: unknown) =>
      isObject(value) ? named(value, name) : value,
    );
    const { probabilities } = server;
    if (probabilities === undefined) return { predictions };
    // Beside the predictions, or in each of them where they are objects.
    const beside = isObject(body) ? body[probabilities] : undefined;
    if (Array.isArray(beside) && beside.length === rows) {
      return { predictions, probabilities: beside };
    }
    return {
      predictions,
      probabilities: given.map((value: unknown) => {
        if (isObject(value) && probabilities in value) return value[probabilities];
        throw new Error(`gave no ${probabilities}`);
      }),
    };
  },
};

/** A data frame of one column comes back as objects with one key. */
function named(value: Readonly<Record<string, unknown>>, name: string): unknown {
  if (name in value) return value[name];
  const keys = Object.keys(value);
  const [only = ''] = keys;
  if (keys.length === 1) return value[only];
  throw new Error(`gave ${keys.join(', ')}: which is the prediction is not said (server.output)`);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
