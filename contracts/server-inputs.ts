import type { ArtifactRef } from './artifact.js';
import { parseDurationMs } from './duration.js';
import type { ModelServer, ServerProtocol, ServerUrl, TableTensor } from './model-source.js';
import type { ContextColumn, ModelSignature, SignatureInput, TaskType } from './signature.js';

/** How a server is written in a `register` step; {@link serverOf} reads it. */
export interface ServerInputs {
  readonly protocol: ServerProtocol;
  /** Of a server that others run. */
  readonly url?: string;
  /** Environment variable that holds the bearer token for it. */
  readonly token?: string;
  /** Of a server that millrace starts; `{port}` and `{model}` are filled in. */
  readonly command?: readonly string[];
  readonly env?: { readonly [name: string]: string };
  /** What the command serves: a file, or a directory that a step handed on. */
  readonly files?: ArtifactRef;
  /** A duration; default 60s. */
  readonly startTimeout?: string;
  /** Path that answers 200 once the server can be asked. Default: the protocol's. */
  readonly ready?: string;
  /** Of one request to it; a duration; default 30s. */
  readonly timeout?: string;
  /** Name of the model there; needed by `oip`. */
  readonly model?: string;
  readonly version?: string;
  readonly table?: { readonly name: string; readonly datatype?: TableTensor['datatype'] };
  readonly output?: string;
  readonly probabilities?: string;
}

/** A signature as it is written, for a model that was not trained here. */
export interface SignatureInputs {
  readonly task?: TaskType;
  readonly inputs: readonly {
    readonly name: string;
    readonly kind?: SignatureInput['kind'];
    readonly nullable?: boolean;
  }[];
  readonly context?: readonly {
    readonly name: string;
    readonly role: ContextColumn['role'];
    readonly kind?: ContextColumn['kind'];
  }[];
  readonly output: {
    readonly name: string;
    readonly kind?: SignatureInput['kind'];
    readonly classes?: readonly (string | number | boolean)[];
  };
}

/** What is wrong with a server or a signature, and at which key. */
export class ServerProblem extends Error {
  constructor(
    readonly path: readonly string[],
    message: string,
  ) {
    super(message);
  }
}

const DEFAULT_TIMEOUT_MS = 30_000;
const DEFAULT_START_TIMEOUT_MS = 60_000;

/**
 * The server as a version keeps it.
 *
 * @param directory - where relative paths of its command start
 * @throws ServerProblem
 */
export function serverOf(inputs: ServerInputs, directory: string): ModelServer {
  const { protocol, ready, timeout, model, version, table, output, probabilities } = inputs;
  if (protocol === 'oip' && model === undefined) {
    throw new ServerProblem(['model'], 'the protocol asks for a model by its name there');
  }
  if (protocol !== 'oip' && table !== undefined) {
    throw new ServerProblem(['table'], 'only the Open Inference Protocol has tensors');
  }
  return {
    protocol,
    place: placeOf(inputs, directory),
    timeoutMs: milliseconds(timeout, DEFAULT_TIMEOUT_MS),
    ...(ready !== undefined && { readyPath: ready }),
    ...(model !== undefined && { model }),
    ...(version !== undefined && { version }),
    ...(table !== undefined && { table: { datatype: 'FP64', ...table } }),
    ...(output !== undefined && { output }),
    ...(probabilities !== undefined && { probabilities }),
  };
}

function placeOf(inputs: ServerInputs, directory: string): ModelServer['place'] {
  const { url, token, command, env = {}, files = null, startTimeout } = inputs;
  if (url === undefined && command === undefined) {
    throw new ServerProblem([], 'it has neither a url nor a command');
  }
  if (url !== undefined && command !== undefined) {
    throw new ServerProblem(['url'], 'url and command exclude each other: keep one of them');
  }
  if (command !== undefined) {
    if (token !== undefined) throw new ServerProblem(['token'], 'a command is asked without one');
    const startTimeoutMs = milliseconds(startTimeout, DEFAULT_START_TIMEOUT_MS);
    return { kind: 'command', argv: command, env, directory, model: files, startTimeoutMs };
  }
  for (const key of ['env', 'files', 'startTimeout'] as const) {
    if (inputs[key] !== undefined) {
      throw new ServerProblem(
        [key],
        'it belongs to a command: a server by url is not started here',
      );
    }
  }
  return byUrl(url ?? '', token);
}

function byUrl(url: string, token: string | undefined): ServerUrl {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed === null || !['http:', 'https:'].includes(parsed.protocol)) {
    throw new ServerProblem(['url'], `${JSON.stringify(url)} is no http or https address`);
  }
  if (parsed.username !== '' || parsed.password !== '') {
    throw new ServerProblem(['url'], 'it holds a password: name its variable with `token`');
  }
  return { kind: 'url', url, ...(token !== undefined && { tokenFrom: token }) };
}

/**
 * The signature as a version keeps it. Numbers, whole numbers and booleans are in one tensor, texts in
 * another, in the order in which they are written.
 *
 * @throws ServerProblem
 */
export function signatureOf(
  { task, inputs, context = [], output }: SignatureInputs,
  server: Pick<ServerInputs, 'table' | 'probabilities'>,
): ModelSignature {
  const kind = output.kind ?? kindOfClasses(output.classes);
  const ofTask = task ?? (kind === 'number' ? 'regression' : 'classification');
  if (ofTask === 'regression' && kind !== 'number' && kind !== 'integer') {
    throw new ServerProblem(['output', 'kind'], `a regression answers with numbers, not ${kind}`);
  }
  if (server.probabilities !== undefined && output.classes === undefined) {
    throw new ServerProblem(['output', 'classes'], 'probabilities are of classes: list them');
  }
  const text = inputs.find((input) => input.kind === 'string');
  if (server.table !== undefined && text !== undefined) {
    throw new ServerProblem(['inputs'], `a table holds numbers, and ${text.name} is text`);
  }
  const names = [...inputs, ...context].map(({ name }) => name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw new ServerProblem(['inputs'], `${twice} is named twice`);
  const places = { numeric: 0, categorical: 0 };
  return {
    task: ofTask,
    inputs: inputs.map(({ name, kind: ofInput = 'number', nullable = false }) => {
      const tensor = ofInput === 'string' ? 'categorical' : 'numeric';
      places[tensor] += 1;
      return { name, kind: ofInput, nullable, tensor, index: places[tensor] - 1 };
    }),
    context: context.map(({ name, role, kind: ofColumn }) => ({
      name,
      role,
      kind: ofColumn ?? (role === 'time' ? 'timestamp' : 'string'),
    })),
    output: {
      name: output.name,
      kind,
      ...(output.classes !== undefined && { classes: output.classes }),
    },
  };
}

/** Of classes that are all of one kind; else a number is meant. */
function kindOfClasses(
  classes: SignatureInputs['output']['classes'],
): ModelSignature['output']['kind'] {
  const kinds = new Set((classes ?? []).map((value) => typeof value));
  if (kinds.size > 1) {
    throw new ServerProblem(['output', 'classes'], 'the classes are of several kinds');
  }
  const [kind] = kinds;
  if (kind === 'string' || kind === 'boolean') return kind;
  return kind === 'number' ? 'integer' : 'number';
}

function milliseconds(text: string | undefined, otherwise: number): number {
  return text === undefined ? otherwise : (parseDurationMs(text) ?? otherwise);
}
