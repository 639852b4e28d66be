import { devNull } from 'node:os';
import { Client, Connection, type ConnectionOptions } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import type { NativeConnectionOptions } from '@temporalio/worker';
import { MillraceError } from '../contracts/index.js';
import { traceWorkflowCalls } from './trace-client.js';

export const DEFAULT_ADDRESS = 'localhost:7233';
export const DEFAULT_NAMESPACE = 'default';
const CONNECT_TIMEOUT_MS = 5_000;
/** A file that cannot exist: the SDK takes an absent one for no profile, but fails on an empty one. */
const NO_CONFIG_FILE = `${devNull}.toml`;

export interface TemporalConnectOptions {
  /** Wins over `TEMPORAL_ADDRESS` and the profile: the stack that this machine runs. */
  readonly address?: string;
  readonly namespace?: string;
  /** Where the standard variables are read from; this process's environment when absent. */
  readonly env?: NodeJS.ProcessEnv;
  /** How long the server may take to answer; 5 s when absent. */
  readonly timeoutMs?: number;
}

/** How to reach a server: by the standard variables and profiles, for clients and workers alike. */
export interface TemporalTarget {
  readonly address: string;
  readonly namespace: string;
  readonly connection: ConnectionOptions & NativeConnectionOptions;
}

export interface TemporalClient {
  readonly target: TemporalTarget;
  readonly client: Client;
  readonly connection: Connection;
}

/**
 * Reads `TEMPORAL_ADDRESS`, `TEMPORAL_NAMESPACE`, `TEMPORAL_API_KEY`, `TEMPORAL_TLS…`,
 * `TEMPORAL_PROFILE` and the configuration file that Temporal's own tools read.
 *
 * @throws MillraceError `InvalidInput` when a profile or a certificate cannot be read
 * @example temporalTarget({ env: { TEMPORAL_ADDRESS: '10.0.0.7:7233' } }).address; // '10.0.0.7:7233'
 */
export function temporalTarget(options: TemporalConnectOptions = {}): TemporalTarget {
  const { connectionOptions, namespace } = loadProfile(options.env ?? process.env);
  const address = options.address ?? connectionOptions.address ?? DEFAULT_ADDRESS;
  return {
    address,
    namespace: options.namespace ?? namespace ?? DEFAULT_NAMESPACE,
    connection: { ...connectionOptions, address },
  };
}

/**
 * Connects to the server and asks it for the namespace, so that what does not work is known here.
 *
 * @throws MillraceError `ServiceUnavailable` when the server does not answer in time, refuses the
 * credentials, or does not know the namespace
 */
export async function connectTemporal(
  options: TemporalConnectOptions = {},
): Promise<TemporalClient> {
  const target = temporalTarget(options);
  const { address, namespace } = target;
  const timeoutMs = options.timeoutMs ?? CONNECT_TIMEOUT_MS;
  const connection = Connection.lazy(target.connection);
  try {
    await connection.withDeadline(Date.now() + timeoutMs, async () => {
      await connection.workflowService.describeNamespace({ namespace });
    });
  } catch (error) {
    await connection.close();
    throw unreachable(error, address, namespace);
  }
  const interceptors = { workflow: [traceWorkflowCalls] };
  return { target, connection, client: new Client({ connection, namespace, interceptors }) };
}

/**
 * The environment with which processes reach a server that this machine runs for millrace: profiles,
 * keys and certificates are for other servers.
 *
 * @example localTemporalEnv(process.env, '127.0.0.1:7233')['TEMPORAL_ADDRESS']; // '127.0.0.1:7233'
 */
export function localTemporalEnv(env: NodeJS.ProcessEnv, address: string): NodeJS.ProcessEnv {
  const others = Object.entries(env).filter(([name]) => !name.startsWith('TEMPORAL_'));
  return {
    ...Object.fromEntries(others),
    TEMPORAL_ADDRESS: address,
    TEMPORAL_NAMESPACE: DEFAULT_NAMESPACE,
    TEMPORAL_CONFIG_FILE: NO_CONFIG_FILE,
  };
}

function loadProfile(env: NodeJS.ProcessEnv) {
  const variables = Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  const profile = variables['TEMPORAL_PROFILE'];
  try {
    return loadClientConnectConfig({
      overrideEnvVars: variables,
      ...(profile === undefined ? {} : { profile }),
    });
  } catch (error) {
    throw new MillraceError(
      'InvalidInput',
      `the configuration of the Temporal connection is wrong: ${(error as Error).message}`,
      'look at the TEMPORAL_… variables and the file that TEMPORAL_CONFIG_FILE names',
      { cause: error },
    );
  }
}

/** gRPC status codes that say more than "no answer". */
const NOT_FOUND = 5;
const PERMISSION_DENIED = 7;
const UNAUTHENTICATED = 16;

function unreachable(cause: unknown, address: string, namespace: string): MillraceError {
  const code = (cause as { code?: unknown }).code;
  if (code === NOT_FOUND) {
    return new MillraceError(
      'ServiceUnavailable',
      `the Temporal server at ${address} has no namespace ${namespace}`,
      `set TEMPORAL_NAMESPACE, or create it: \`temporal operator namespace create ${namespace}\``,
      { cause },
    );
  }
  if (code === PERMISSION_DENIED || code === UNAUTHENTICATED) {
    return new MillraceError(
      'ServiceUnavailable',
      `the Temporal server at ${address} refuses the credentials for namespace ${namespace}`,
      'look at TEMPORAL_API_KEY or the TLS certificate',
      { cause },
    );
  }
  return new MillraceError(
    'ServiceUnavailable',
    `the Temporal server at ${address} does not answer`,
    'start one with `millrace up`, or set TEMPORAL_ADDRESS to the address of one that runs',
    { cause },
  );
}
