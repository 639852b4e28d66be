import {
  isMillraceError,
  MillraceError,
  type ModelServer,
  type ModelSignature,
  type ServerCommand,
  type ServerProtocol,
} from '../../../contracts/index.js';
import { type ServedModel, warmUpRow } from '../../inference/index.js';
import type { ModelDeps } from '../open-model.js';
import { awayWords, ServerFault } from '../server-fault.js';
import { ExternalModel, type ExternalModelOptions } from './external-model.js';
import { invocations } from './protocols/invocations.js';
import { openInference } from './protocols/open-inference.js';
import type { Protocol } from './protocols/protocol.js';
import { ServerClient } from './server-client.js';

const PROTOCOLS: { readonly [protocol in ServerProtocol]: Protocol } = {
  oip: openInference,
  invocations,
};

/** One look whether a server is ready; a server that is busy with its start may not answer at all. */
const LOOK_TIMEOUT_MS = 2_000;

interface Described {
  /** `version 3 of coffee` */
  readonly name: string;
  readonly signature: ModelSignature;
}

/**
 * Opens a model that a server answers for. The server has said that it is ready and has answered a
 * row before this returns.
 *
 * @throws ServerFault where it is not ready, or answers what the signature does not allow
 */
export async function openExternal(
  deps: Pick<ModelDeps, 'servers'>,
  server: ModelServer,
  described: Described,
): Promise<ServedModel> {
  const { place } = server;
  if (place.kind === 'command') return startCommand(deps, server, place, described);
  const model = modelAt(
    server,
    described,
    () => place.url,
    tokenOf(place.tokenFrom, described.name),
  );
  if (!(await looksReady(server, described.name, place.url))) {
    throw new ServerFault(
      503,
      `the server of ${described.name} at ${place.url} is not ready`,
      `${place.url}${readyPath(server)} must answer 200`,
      undefined,
      { told: awayWords(described.name) },
    );
  }
  await warmUp(model);
  return model;
}

async function startCommand(
  { servers }: Pick<ModelDeps, 'servers'>,
  server: ModelServer,
  command: ServerCommand,
  described: Described,
): Promise<ServedModel> {
  if (servers === undefined) {
    throw new MillraceError(
      'EnvironmentMissing',
      `${described.name} is answered by a command, and this program starts none`,
      'ask it through the gateway',
    );
  }
  const { name } = described;
  const running = await servers.start({
    name,
    command,
    isReady: (address) => looksReady(server, name, address),
    warmUp: (address) => warmUp(modelAt(server, described, () => address, null)),
  });
  return modelAt(server, described, () => running.address(), null, {
    heldBytes: () => running.heldBytes(),
    close: () => running.stop(),
  });
}

function modelAt(
  server: ModelServer,
  described: Described,
  address: () => string,
  token: string | null,
  own: Pick<ExternalModelOptions, 'heldBytes' | 'close'> = {},
): ExternalModel {
  const { timeoutMs } = server;
  const client = new ServerClient({ name: described.name, address, timeoutMs, token });
  const protocol = PROTOCOLS[server.protocol];
  return new ExternalModel({ ...described, ...own, server, protocol, client });
}

function looksReady(server: ModelServer, name: string, address: string): Promise<boolean> {
  const { place } = server;
  const token = place.kind === 'url' ? tokenOf(place.tokenFrom, name) : null;
  const timeoutMs = Math.min(LOOK_TIMEOUT_MS, server.timeoutMs);
  const client = new ServerClient({ name, address: () => address, timeoutMs, token });
  return client.isReady(readyPath(server));
}

function readyPath(server: ModelServer): string {
  return server.readyPath ?? PROTOCOLS[server.protocol].readyPath(server);
}

/**
 * The row is made up, of neutral values: a server that refuses it, or fails at it, has been reached and
 * speaks the protocol. Whether it answers real rows is for the version's stored example to tell.
 */
async function warmUp(model: ServedModel): Promise<void> {
  try {
    const whole = model.signature.inputs.map((input) => ({ ...input, nullable: false }));
    await model.predict([warmUpRow(whole)]);
  } catch (error) {
    if (isMillraceError(error) && error.type === 'InvalidInput') return;
    if (error instanceof ServerFault && error.answered === 500) return;
    throw error;
  }
}

/** Of this process's environment: what is secret is in no manifest. */
function tokenOf(variable: string | undefined, name: string): string | null {
  if (variable === undefined) return null;
  const token = process.env[variable];
  if (token !== undefined && token !== '') return token;
  throw new MillraceError(
    'EnvironmentMissing',
    `the server of ${name} asks for a token, and ${variable} is not set`,
    `set ${variable} where the gateway and the worker are started`,
  );
}
