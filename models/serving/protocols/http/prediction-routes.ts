import { parse } from 'node:querystring';
import type { DeclaredRoute } from '../../route-declaration.js';
import type { PredictionForm } from './prediction-request.js';

/** Where a request for predictions goes by its URL. */
export interface PredictionTarget {
  /** As it is declared: `/models/:model/invocations`. */
  readonly route: string;
  /** Without its query. */
  readonly path: string;
  readonly form: PredictionForm;
  /** `null` where the path names none. */
  readonly model: string | null;
  /** As the path has it; `undefined`: the one that answers. */
  readonly version: string | undefined;
  /** Of `?model=`, each of them. */
  readonly queried: readonly string[];
}

interface Pattern {
  readonly route: string;
  readonly form: PredictionForm;
  readonly matches: RegExp;
}

/** MLflow's own path, the gateway's, and that of MLflow's deployments client; then V2 with and without a version. */
const PATTERNS: readonly Pattern[] = [
  pattern('/invocations', 'invocation'),
  pattern('/models/:model/invocations', 'invocation'),
  pattern('/endpoints/:model/invocations', 'invocation'),
  pattern('/v2/models/:model/infer', 'inference'),
  pattern('/v2/models/:model/versions/:version/infer', 'inference'),
];

const SUMMARY = { invocation: 'predict from rows', inference: 'predict from tensors' } as const;

/** As the OpenAPI document and the table of access know them. */
export const PREDICTION_ROUTES: readonly DeclaredRoute[] = PATTERNS.map(({ route, form }) => ({
  method: 'POST',
  path: route,
  access: 'predict',
  summary: SUMMARY[form],
  body: form,
  answers: { 200: 'done' },
}));

const LONGEST_NAME = 256;
const LONGEST_KEPT_URL = 512;
const MOST_KEPT = 256;

/**
 * Reads URLs of requests for predictions. Clients ask at the same few addresses again and again, so
 * what was read is kept.
 */
export class PredictionRoutes {
  readonly #kept = new Map<string, PredictionTarget>();

  /** @returns `null` where no predictions are asked for there */
  find(url: string): PredictionTarget | null {
    const kept = this.#kept.get(url);
    if (kept !== undefined) return kept;
    const target = readTarget(url);
    if (target !== null && url.length <= LONGEST_KEPT_URL) {
      if (this.#kept.size >= MOST_KEPT) this.#kept.clear();
      this.#kept.set(url, target);
    }
    return target;
  }
}

function readTarget(url: string): PredictionTarget | null {
  const [path = '', query = ''] = url.split('?', 2);
  for (const { route, form, matches } of PATTERNS) {
    const groups = matches.exec(path)?.groups;
    if (groups === undefined) continue;
    const model = readName(groups['model']);
    const version = readName(groups['version']);
    if (model === null || version === null) return null;
    const queried = [parse(query)['model'] ?? []].flat();
    return { route, path, form, model: model ?? null, version, queried };
  }
  return null;
}

/** `null` for a name that is none: longer than any, or badly encoded. */
function readName(encoded: string | undefined): string | undefined | null {
  if (encoded === undefined) return undefined;
  try {
    const name = decodeURIComponent(encoded);
    return name.length <= LONGEST_NAME ? name : null;
  } catch {
    return null;
  }
}

/** A pattern of no names has groups too, so that a match is told from none. */
function pattern(route: string, form: PredictionForm): Pattern {
  const source = route.replaceAll(/:(\w+)/g, '(?<$1>[^/?#]+)');
  return { route, form, matches: new RegExp(`^(?<all>${source})$`) };
}
