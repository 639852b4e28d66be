import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import {
  canonicalJson,
  EFFECT_STEP_KINDS,
  type FeatureUse,
  isArtifactRef,
  type JsonObject,
  type JsonValue,
  type KeyParts,
  type MonitorSpec,
  type PlanStep,
  type StepKind,
} from '../../contracts/index.js';
import { references } from '../expressions/index.js';
import { addCommandParts } from './command-parts.js';
import { fileDigest, filesOfPattern } from './files.js';

/** Raised when the meaning of the parts themselves changes. */
const KEY_FORMAT = 2;

/** Raised for a kind when the same inputs give another result than before. */
const BEHAVIOUR: { readonly [Kind in StepKind]: number } = {
  ingest: 2,
  features: 1,
  materialize: 1,
  transform: 1,
  validate: 1,
  impute: 1,
  encode: 1,
  select: 1,
  drift: 1,
  train: 1,
  evaluate: 2,
  register: 1,
  approve: 1,
  deploy: 1,
  predict: 1,
  pipeline: 1,
  tune: 1,
  notify: 1,
  noop: 1,
  run: 1,
};

export interface StepKey {
  /** SHA-256 in hex. */
  readonly key: string;
  readonly parts: KeyParts;
}

/** Of a step whose result cannot be told by its content, and why. */
export interface NoStepKey {
  readonly key: null;
  readonly reason: string;
}

export interface StepKeyRequest {
  /** The plan, or its model: whose champion an evaluation compares with. */
  readonly pipeline: {
    readonly name?: string;
    readonly model: string | null;
    /** What a gate's `fairness` and `slices` are of. */
    readonly monitor?: MonitorSpec | null;
  };
  readonly step: PlanStep;
  /** `with` with every expression resolved. */
  readonly inputs: JsonObject;
  /** Only for `run`: the argument list with every expression resolved. */
  readonly argv?: readonly string[];
  /** Only for `run`: `env` with every expression resolved. */
  readonly env?: { readonly [name: string]: string | null };
  /** Where this is not the worker: parts of the step's last result, by which its variables are known. */
  readonly lastParts?: KeyParts | null;
  /** Values of the run's parameters: those that a gate reads count. */
  readonly params?: JsonObject;
  /** Only for `run` in a container: its image, resolved; absent: in none. */
  readonly image?: string;
  /** What the image is where that is known; an image that is named by its digest needs none. */
  readonly imageDigest?: string;
  readonly baseDirectory: string;
  /** `null` where the model has no champion. */
  readonly championVersion: number | null;
  /** Of an evaluation: how it is compared with the champion, by `comparisonTerms`. */
  readonly comparison?: JsonValue;
  /** Library name → version that training runs with. */
  readonly environment: { readonly [library: string]: string };
}

/**
 * The key by which a step's result is found again: from the content of all it rests on, never from
 * the names of pipeline, step or run, so that a result is found wherever the same work stands.
 */
export async function stepKey(request: StepKeyRequest): Promise<StepKey | NoStepKey> {
  const { step, inputs } = request;
  if (EFFECT_STEP_KINDS.includes(step.kind)) {
    return {
      key: null,
      reason: `${step.kind} changes something outside the run: it always runs`,
    };
  }
  const parts: Record<string, string> = {
    kind: step.kind,
    behaviour: String(BEHAVIOUR[step.kind]),
  };
  for (const [name, value] of Object.entries(inputs)) {
    parts[holdsArtifact(value) ? `input.${name}` : `with.${name}`] = shortValue(value);
  }
  switch (step.kind) {
    case 'ingest':
      await addFile(parts, inputs['source'], request.baseDirectory);
      break;
    case 'features':
      await addFeatureSources(parts, inputs['features'], request.baseDirectory);
      break;
    case 'drift':
      await addFile(parts, inputs['reference'], request.baseDirectory);
      break;
    case 'impute':
    case 'encode':
    case 'select':
      addEnvironment(parts, request);
      break;
    case 'train':
      addEnvironment(parts, request);
      if (restsOnChampion(step.kind, inputs)) addChampion(parts, request);
      break;
    case 'evaluate':
      addGate(parts, request);
      break;
    case 'run':
      {
        const reason = await addCommand(parts, request);
        if (reason !== null) return { key: null, reason };
      }
      break;
  }
  addPolicy(parts, request);
  const text = canonicalJson({ format: KEY_FORMAT, parts });
  return { key: sha256(text), parts };
}

/** The content of a file that an input names; an artifact's is its digest already. */
async function addFile(
  parts: Record<string, string>,
  path: JsonValue | undefined,
  baseDirectory: string,
): Promise<void> {
  if (typeof path !== 'string') return;
  parts[`file:${path}`] = (await fileDigest(resolve(baseDirectory, path))) ?? 'missing';
}

/** The content of every file that the views' sources read. */
async function addFeatureSources(
  parts: Record<string, string>,
  features: JsonValue | undefined,
  baseDirectory: string,
): Promise<void> {
  // Checked against the language when the file was compiled.
  for (const { definition } of (features ?? []) as unknown as readonly FeatureUse[]) {
    for (const { path } of definition.source.files) {
      const found = await filesOfPattern(path, baseDirectory);
      for (const file of found.length === 0 ? [path] : found) {
        await addFile(parts, file, baseDirectory);
      }
    }
  }
}

/** What Python computes rests on the versions of its libraries. */
function addEnvironment(parts: Record<string, string>, { environment }: StepKeyRequest): void {
  for (const [library, version] of Object.entries(environment)) {
    parts[`environment.${library}`] = version;
  }
}

/** Whether a step's result is another one with another champion: its key names it then. */
export function restsOnChampion(kind: StepKind, inputs: JsonObject): boolean {
  return kind === 'evaluate' || (kind === 'train' && inputs['warmStart'] === true);
}

function addChampion(
  parts: Record<string, string>,
  { pipeline, championVersion }: StepKeyRequest,
): void {
  parts['champion'] =
    championVersion === null ? 'none' : `${pipeline.model ?? ''}@${championVersion}`;
}

function addGate(parts: Record<string, string>, request: StepKeyRequest): void {
  const { step } = request;
  addChampion(parts, request);
  if (request.comparison !== undefined && request.comparison !== null) {
    parts['comparison'] = shortValue(request.comparison);
  }
  if (step.gate === null) return;
  parts['gate'] = step.gate;
  for (const [root, name] of references(step.gate)) {
    if (root === 'fairness' || root === 'slices') {
      parts[`monitor.${root}`] = canonicalJson(request.pipeline.monitor?.[root] ?? null);
    }
    if (root !== 'params') continue;
    const params = request.params ?? {};
    if (name === undefined) parts['params'] = shortValue(params);
    else parts[`params.${name}`] = shortValue(params[name] ?? null);
  }
}

function addPolicy(parts: Record<string, string>, { step, pipeline }: StepKeyRequest): void {
  if (step.cache === undefined || step.cache === false) return;
  if (step.cache.salt !== undefined) parts['salt'] = step.cache.salt;
  if (step.cache.scope === 'pipeline') parts['pipeline'] = pipeline.name ?? '';
}

async function addCommand(
  parts: Record<string, string>,
  request: StepKeyRequest,
): Promise<string | null> {
  const argv = request.argv ?? literalArguments(request.step);
  const command = shortValue(argv);
  if (!command.startsWith('sha256:')) parts['command'] = command;
  // Word by word, so that the one that changed can be told.
  else for (const [index, word] of argv.entries()) parts[`command[${index}]`] = shortValue(word);
  return addCommandParts(parts, { ...request, argv, env: request.env ?? {} }, sha256);
}

function literalArguments(step: PlanStep): readonly string[] {
  return (step.command?.argv ?? []).map((item) => {
    if (typeof item === 'string') return item;
    throw new TypeError(`step ${step.id}: its command holds expressions, give the resolved argv`);
  });
}

function holdsArtifact(value: JsonValue): boolean {
  if (isArtifactRef(value)) return true;
  return Array.isArray(value) && value.length > 0 && value.every(holdsArtifact);
}

/** A value that can be read in an explanation; long ones as their digest. */
function shortValue(value: JsonValue | readonly JsonValue[]): string {
  const plain = withDigests(value);
  const text = typeof plain === 'string' ? plain : canonicalJson(plain);
  return text.length <= 100 ? text : `sha256:${sha256(text)}`;
}

/** Of an artifact only its content counts, not its size or media type beside it. */
function withDigests(value: JsonValue): JsonValue {
  if (isArtifactRef(value)) return value.sha256;
  if (Array.isArray(value)) return value.map((item: JsonValue) => withDigests(item));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withDigests(item)]));
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
