import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { uuidv7 } from 'uuidv7';
import type { ModelSignature, SignatureInput } from '../../contracts/index.js';
import type { InputRow, InputValue, ServedModel } from '../inference/index.js';

/** Where a program of this machine asks a model that is open in this process. */
export interface AnsweringDoor {
  /** Holds a secret in its path: others on this machine do not know it. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Lets a Python program ask any model: rows in the order of the signature's inputs in, of a
 * regression its answers out, of a classification the probabilities of its classes; where the model
 * gives none, 1 for the class that it says.
 */
export async function openDoor(model: ServedModel): Promise<AnsweringDoor> {
  const path = `/${uuidv7()}`;
  const server = createServer((request, response) => {
    const end = (status: number, body: object): void => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body));
    };
    if (request.url !== path) {
      end(404, { error: 'not here' });
      return;
    }
    answer(model, request).then(
      (answers) => end(200, { answers }),
      (error: unknown) => end(500, { error: error instanceof Error ? error.message : 'failed' }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}${path}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(model: ServedModel, request: IncomingMessage): Promise<readonly unknown[]> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const { rows } = JSON.parse(Buffer.concat(chunks).toString('utf8')) as {
    readonly rows: readonly (readonly InputValue[])[];
  };
  const { signature } = model;
  const { predictions, probabilities } = await model.predict(
    rows.map((values) => rowOf(signature, values)),
  );
  const { classes = [] } = signature.output;
  if (signature.task === 'regression') return predictions;
  return probabilities ?? predictions.map((given) => classes.map((one) => Number(one === given)));
}

function rowOf({ inputs }: ModelSignature, values: readonly InputValue[]): InputRow {
  return Object.fromEntries(inputs.map((input, at) => [input.name, inputValue(input, values[at])]));
}

/** Libraries compute between values that are there: a whole number is the nearest one. */
function inputValue({ kind }: SignatureInput, value: InputValue | undefined): InputValue {
  if (value === null || value === undefined) return null;
  if (kind === 'integer') return Math.round(Number(value));
  return kind === 'boolean' ? Number(value) >= 0.5 : value;
}
