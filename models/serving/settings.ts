import { MillraceError } from '../../contracts/index.js';
import { isBehindTls } from '../access/plain-text.js';
import { AUTH_MODES, type AuthMode } from './access/listen-address.js';
import type { TlsFiles } from './access/tls-files.js';
import type { ServerLimits } from './server.js';

const MOST_PROCESSES = 64;

/** What the environment may say of a gateway; what is absent has its default. */
export interface GatewaySettings extends ServerLimits {
  /** 127.0.0.1 by default. On an address that other machines reach, callers are asked who they are. */
  readonly host?: string;
  /** Whether callers are asked who they are; `auto` by default. */
  readonly auth?: AuthMode;
  /** HTTPS with this certificate; absent: HTTP. */
  readonly tls?: TlsFiles;
  /** A proxy in front speaks HTTPS: that this process does not is as it should be. */
  readonly isBehindTls?: boolean;
  /** 0: chosen by the system. */
  readonly port?: number;
  /** How many processes share the port and the limits; 1. */
  readonly processes?: number;
  /** Port of the Open Inference Protocol over gRPC, 0: chosen by the system; absent: not spoken. */
  readonly grpcPort?: number;
  /** Where each request is written down: a file, or `-` for the standard error stream; absent: nowhere. */
  readonly accessLog?: string;
  /** What loaded models may take together before the least recently used is parked; 1 GiB. */
  readonly modelMemoryBytes?: number;
  /** Longest time between a prediction's write and its fsync: what a power cut can cost; 200 ms. */
  readonly fsyncIntervalMs?: number;
  /** How often its health is recorded; 5 s by default. */
  readonly healthIntervalMs?: number;
}

/** @throws MillraceError `InvalidInput` naming the variable that is wrong */
export function settingsFromEnvironment(env: NodeJS.ProcessEnv): GatewaySettings {
  const { MILLRACE_GATEWAY_HOST: host, MILLRACE_ACCESS_LOG: accessLog } = env;
  const given = <T>(name: string, read: (env: NodeJS.ProcessEnv, name: string) => T) =>
    env[name] ? read(env, name) : undefined;
  return withoutAbsent({
    host: host || undefined,
    accessLog: accessLog || undefined,
    auth: given('MILLRACE_GATEWAY_AUTH', readAuthMode),
    ...tlsFiles(env),
    isBehindTls: isBehindTls(env),
    port: given('MILLRACE_GATEWAY_PORT', readPort),
    processes: given('MILLRACE_GATEWAY_PROCESSES', readProcesses),
    grpcPort: given('MILLRACE_GRPC_PORT', readPort),
    modelMemoryBytes: given('MILLRACE_GATEWAY_MODEL_MEMORY_MB', readMegabytes),
    maxHeldBytes: given('MILLRACE_GATEWAY_HELD_MB', readMegabytes),
    bodyLimitBytes: given('MILLRACE_GATEWAY_BODY_MB', readMegabytes),
    requestTimeoutMs: given('MILLRACE_GATEWAY_REQUEST_TIMEOUT_MS', readPositive),
    fsyncIntervalMs: given('MILLRACE_LOG_FSYNC_MS', readPositive),
    healthIntervalMs: given('MILLRACE_GATEWAY_HEALTH_MS', readPositive),
  });
}

function withoutAbsent<T extends object>(
  fields: T,
): { [Name in keyof T]?: Exclude<T[Name], undefined> } {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [Name in keyof T]?: Exclude<T[Name], undefined> };
}

/** In units of 2^20 bytes. */
function readMegabytes(env: NodeJS.ProcessEnv, name: string): number {
  return readPositive(env, name) * 2 ** 20;
}

function readPositive(env: NodeJS.ProcessEnv, name: string): number {
  const text = env[name] ?? '';
  const value = Number(text);
  if (/^\d{1,9}$/.test(text) && value > 0) return value;
  throw new MillraceError(
    'InvalidInput',
    `${name} is ${JSON.stringify(text)}, which is no whole number above 0`,
    'set it to one, or leave it out',
  );
}

function readProcesses(env: NodeJS.ProcessEnv, name: string): number {
  const value = readPositive(env, name);
  if (value <= MOST_PROCESSES) return value;
  throw new MillraceError(
    'InvalidInput',
    `${name} is ${value}: a gateway has at most ${MOST_PROCESSES} processes`,
    'one for each processor is enough',
  );
}

function readPort(env: NodeJS.ProcessEnv, name: string): number {
  const text = env[name] ?? '';
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new MillraceError(
    'InvalidInput',
    `${name} is ${JSON.stringify(text)}, which is no port`,
    'set it to a number from 0 to 65535',
  );
}

function readAuthMode(env: NodeJS.ProcessEnv, name: string): AuthMode {
  const text = env[name] ?? '';
  const mode = AUTH_MODES.find((known) => known === text);
  if (mode !== undefined) return mode;
  throw new MillraceError(
    'InvalidInput',
    `MILLRACE_GATEWAY_AUTH is ${JSON.stringify(text)}`,
    `set it to one of ${AUTH_MODES.join(', ')}`,
  );
}

function tlsFiles(env: NodeJS.ProcessEnv): { readonly tls?: TlsFiles } {
  const { MILLRACE_GATEWAY_TLS_CERT: certFile = '', MILLRACE_GATEWAY_TLS_KEY: keyFile = '' } = env;
  if (certFile === '' && keyFile === '') return {};
  if (certFile !== '' && keyFile !== '') return { tls: { certFile, keyFile } };
  throw new MillraceError(
    'InvalidInput',
    'a certificate without its private key, or a key without its certificate',
    'set both MILLRACE_GATEWAY_TLS_CERT and MILLRACE_GATEWAY_TLS_KEY, or none',
  );
}
