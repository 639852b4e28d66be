import { MillraceError } from '../../contracts/index.js';
import type { Cli } from '../command.js';
import { UsageError } from '../errors.js';
import { openCliHome } from '../rooms.js';
import { findStack } from '../stack/ensure-stack.js';

/** A column of the model, as its metadata says. */
export interface TargetInput {
  readonly name: string;
  readonly datatype: string;
  /** The role of a column that the model does not compute with. */
  readonly context: string | null;
}

export interface Target {
  readonly model: string;
  readonly version: string;
  /** Where it is asked. */
  readonly inferUrl: URL;
  readonly inputs: readonly TargetInput[];
}

/** How a server is asked what it serves. */
export interface AskOptions {
  readonly headers: Headers;
  /** Longest that an answer is waited for. */
  readonly timeoutMs: number;
}

interface Metadata {
  readonly versions: readonly string[];
  readonly inputs: readonly {
    readonly name: string;
    readonly datatype: string;
    readonly parameters?: { readonly context?: string };
  }[];
}

/**
 * What is asked: a model by its name, at the gateway of this machine's stack, or a URL: of a gateway
 * that serves one model, of `/v2/models/NAME`, or of any server of the Open Inference Protocol.
 *
 * @throws MillraceError `ServiceUnavailable` when it does not answer, `NotFound` without such a model
 */
export async function findTarget(cli: Cli, text: string, asked: AskOptions): Promise<Target> {
  const base = /^https?:\/\//.test(text) ? new URL(text) : await stackUrl(cli, text);
  const path = base.pathname.replace(/\/+$/, '').replace(/\/infer$/, '');
  const model = /^\/v2\/models\/([^/]+)/.exec(path)?.[1];
  const place = model === undefined ? `/v2/models/${await onlyModel(base, asked)}` : path;
  const url = new URL(place, base);
  const { versions, inputs } = (await ask(url, asked)) as Metadata;
  return {
    model: decodeURIComponent(place.split('/')[3] ?? ''),
    version: versions[0] ?? '',
    inferUrl: new URL(`${place}/infer`, base),
    inputs: inputs.map(({ name, datatype, parameters }) => ({
      name,
      datatype,
      context: parameters?.context ?? null,
    })),
  };
}

async function stackUrl(cli: Cli, model: string): Promise<URL> {
  const home = await openCliHome(cli);
  const address = findStack(home, cli.env)?.gatewayAddress ?? null;
  if (address === null) {
    throw new MillraceError(
      'ServiceUnavailable',
      'no gateway runs in this state directory',
      'start one with `millrace up`, or give the URL of one',
    );
  }
  return new URL(`/v2/models/${encodeURIComponent(model)}`, address);
}

async function onlyModel(base: URL, asked: AskOptions): Promise<string> {
  const url = new URL('/v2/repository/index', base);
  const entries = (await ask(url, asked, 'POST')) as readonly { readonly name: string }[];
  const names = [...new Set(entries.map(({ name }) => name))];
  const [only] = names;
  if (only !== undefined && names.length === 1) return encodeURIComponent(only);
  throw new UsageError(
    `${base.origin} serves ${names.length === 0 ? 'no model' : names.join(', ')}`,
    `name one: ${base.origin}/v2/models/NAME`,
  );
}

async function ask(url: URL, { headers, timeoutMs }: AskOptions, method = 'GET'): Promise<unknown> {
  let response: Response;
  let body: string;
  try {
    response = await fetch(url, { method, headers, signal: AbortSignal.timeout(timeoutMs) });
    body = await response.text();
  } catch (cause) {
    const isLate = (cause as Error).name === 'TimeoutError';
    throw new MillraceError(
      'ServiceUnavailable',
      `${url.origin} does not answer${isLate ? ` within ${timeoutMs} ms` : ''}`,
      'is a gateway there?',
      { cause },
    );
  }
  if (!response.ok) {
    const type = response.status === 404 ? 'NotFound' : 'ServiceUnavailable';
    throw new MillraceError(type, `${url.href} answered ${response.status}: ${reason(body)}`);
  }
  try {
    return JSON.parse(body);
  } catch {
    throw new MillraceError(
      'ServiceUnavailable',
      `${url.href} answered what is no JSON: ${body.slice(0, 100)}`,
      'give the address of a server of the Open Inference Protocol',
    );
  }
}

/** The words of an error of the protocol, else what came. */
function reason(body: string): string {
  try {
    const { error } = JSON.parse(body) as { readonly error?: unknown };
    if (typeof error === 'string') return error;
  } catch {
    // No JSON: some other server.
  }
  return body.slice(0, 300);
}
