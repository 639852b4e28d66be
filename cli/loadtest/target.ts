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
export async function findTarget(cli: Cli, text: string, headers: Headers): Promise<Target> {
  const base = /^https?:\/\//.test(text) ? new URL(text) : await stackUrl(cli, text);
  const path = base.pathname.replace(/\/+$/, '').replace(/\/infer$/, '');
  const model = /^\/v2\/models\/([^/]+)/.exec(path)?.[1];
  const place = model === undefined ? `/v2/models/${await onlyModel(base, headers)}` : path;
  const url = new URL(place, base);
  const { versions, inputs } = (await ask(url, headers)) as Metadata;
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

async function onlyModel(base: URL, headers: Headers): Promise<string> {
  const url = new URL('/v2/repository/index', base);
  const entries = (await ask(url, headers, 'POST')) as readonly { readonly name: string }[];
  const names = [...new Set(entries.map(({ name }) => name))];
  const [only] = names;
  if (only !== undefined && names.length === 1) return encodeURIComponent(only);
  throw new UsageError(
    `${base.origin} serves ${names.length === 0 ? 'no model' : names.join(', ')}`,
    `name one: ${base.origin}/v2/models/NAME`,
  );
}

async function ask(url: URL, headers: Headers, method = 'GET'): Promise<unknown> {
  const response = await fetch(url, { method, headers }).catch((cause: unknown) => {
    throw new MillraceError(
      'ServiceUnavailable',
      `${url.origin} does not answer`,
      'is a gateway there?',
      { cause },
    );
  });
  const body = await response.text();
  if (response.ok) return JSON.parse(body);
  const type = response.status === 404 ? 'NotFound' : 'ServiceUnavailable';
  throw new MillraceError(type, `${url.href} answered ${response.status}: ${reason(body)}`);
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
