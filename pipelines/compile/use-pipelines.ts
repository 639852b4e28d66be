import { readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import {
  checkParams,
  type JsonObject,
  type ParamSpec,
  type PipelinePlan,
} from '../../contracts/index.js';
import type { Shape } from '../expressions/index.js';
import type { DocumentPath, Finding, PipelineIssue } from '../issue.js';
import { suggestion } from '../nearest.js';
import { LIMITS } from '../source/limits.js';
import { checkTuning } from './check-tuning.js';
import { entriesOf, isRawObject, type RawObject } from './context.js';

/** The pipelines that the steps of a file use: by step. */
export type UsedPipelines = ReadonlyMap<string, UsedPipeline>;

export interface UsedPipeline {
  readonly plan: PipelinePlan;
  readonly planHash: string;
}

/** A file that uses another, as its compilation is told of it. */
export interface UseChain {
  /** Real paths of the files that lead here, the outermost first. */
  readonly files: readonly string[];
  /** What was compiled already for any of them, by real path: a file that many use is read once. */
  readonly compiled: Map<string, UseResult>;
}

type UseResult =
  | { readonly ok: true; readonly plan: PipelinePlan; readonly planHash: string }
  | { readonly ok: false; readonly errors: readonly PipelineIssue[] };

/** What is needed to compile the files that steps use; they are compiled as this one is. */
export interface UsePorts {
  readonly file: string;
  readonly baseDirectory: string;
  readonly chain: UseChain;
  readonly report: (finding: Finding) => void;
  /** What is wrong within a used file is told with its own place. */
  readonly add: (issues: readonly PipelineIssue[]) => void;
  readonly compile: (
    text: string,
    options: { readonly file: string; readonly baseDirectory: string; readonly chain: UseChain },
  ) => UseResult;
}

/** Pipelines within pipelines at most. */
const MAX_DEPTH = 8;

/** Compiles the file of every step that says `uses: pipeline` or `uses: tune`. */
export function usePipelines(steps: unknown, ports: UsePorts): UsedPipelines {
  const used = new Map<string, UsedPipeline>();
  const byPath = new Map<string, UsedPipeline | null>();
  for (const [id, step] of entriesOf(steps)) {
    if (!isRawObject(step)) continue;
    const tunes = step['uses'] === 'tune';
    if (step['uses'] !== 'pipeline' && !tunes) continue;
    const inputs = step['with'];
    const file = isRawObject(inputs) ? inputs['file'] : undefined;
    if (typeof file !== 'string' || file === '') continue;
    const at: DocumentPath = ['steps', id, 'with', 'file'];
    const known = byPath.get(file);
    const found = known === undefined ? useFile(file, at, ports) : known;
    byPath.set(file, found);
    if (found === null) continue;
    used.set(id, found);
    if (!isRawObject(inputs)) continue;
    const base: DocumentPath = ['steps', id, 'with'];
    const searched = tunes && isRawObject(inputs['space']) ? Object.keys(inputs['space']) : [];
    checkGiven(inputs, found.plan, searched, base, ports.report);
    if (tunes) checkTuning(inputs, found.plan, base, ports.report);
  }
  return used;
}

function useFile(file: string, at: DocumentPath, ports: UsePorts): UsedPipeline | null {
  const refuse = (code: Finding['code'], message: string, hint: string): null => {
    ports.report({ path: at, at: 'value', code, message, hint });
    return null;
  };
  if (file.includes('${')) {
    return refuse(
      'bad-expression',
      'the file of a pipeline is known before anything runs',
      'write its path out, without an expression',
    );
  }
  const path = readablePath(resolve(ports.baseDirectory, file));
  if (path === null) {
    return refuse('unreadable', `there is no file ${file}`, 'paths are relative to this file');
  }
  const files = [...ports.chain.files, ownPath(ports)];
  const seen = files.indexOf(path);
  if (seen !== -1) {
    const names = [...files.slice(seen), path].map((name) => relative(dirname(path), name));
    return refuse(
      'cycle',
      `the pipelines use each other in a cycle: ${names.join(' → ')}`,
      'a pipeline cannot be a step of itself',
    );
  }
  if (files.length > MAX_DEPTH) {
    return refuse(
      'too-large',
      `pipelines are nested more than ${MAX_DEPTH} deep`,
      'let one of them have the steps itself',
    );
  }
  const name = isAbsolute(file) ? file : join(dirname(ports.file), file);
  let compiled = ports.chain.compiled.get(path);
  if (compiled === undefined) {
    const text = textOf(path);
    if (text === null) {
      return refuse('unreadable', `${file} cannot be read as a pipeline`, 'is it a pipeline file?');
    }
    const chain = { ...ports.chain, files };
    compiled = ports.compile(text, { file: name, baseDirectory: dirname(path), chain });
    ports.chain.compiled.set(path, compiled);
  }
  if (compiled.ok) return compiled;
  const [first] = compiled.errors;
  ports.add(compiled.errors);
  return refuse(
    first?.code === 'cycle' ? 'cycle' : 'bad-value',
    `${file} does not compile: ${first?.line}:${first?.column}: ${first?.message}`,
    `millrace validate ${name} shows all`,
  );
}

/** Where the file itself lies, as far as its name tells. */
function ownPath({ file, baseDirectory }: UsePorts): string {
  const path = resolve(baseDirectory, basename(file));
  return readablePath(path) ?? path;
}

function readablePath(path: string): string | null {
  try {
    const real = realpathSync(path);
    return statSync(real).isFile() ? real : null;
  } catch {
    return null;
  }
}

function textOf(path: string): string | null {
  try {
    if (statSync(path).size > LIMITS.bytes) return null;
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path));
  } catch {
    return null;
  }
}

/**
 * Checks the parameters that a step gives its pipeline, as far as they are written out.
 *
 * @param searched - those that a search gives it
 */
function checkGiven(
  inputs: RawObject,
  plan: PipelinePlan,
  searched: readonly string[],
  base: DocumentPath,
  report: (finding: Finding) => void,
): void {
  const given = isRawObject(inputs['params']) ? inputs['params'] : {};
  const declared = Object.keys(plan.params);
  for (const [name, value] of Object.entries(given)) {
    const path = [...base, 'params', name];
    const spec = Object.hasOwn(plan.params, name) ? plan.params[name] : undefined;
    if (spec === undefined) {
      report({
        path,
        at: 'key',
        code: 'unknown-name',
        message: `the pipeline ${plan.name} has no parameter ${name}`,
        hint: suggestion(name, declared) ?? 'it declares none',
      });
    } else if (!isOpen(value)) checkValue(name, spec, { [name]: value }, path, report);
  }
  const missing = declared.filter(
    (name) =>
      plan.params[name]?.default === undefined &&
      !Object.hasOwn(given, name) &&
      !searched.includes(name),
  );
  if (missing.length === 0) return;
  report({
    path: isRawObject(inputs['params']) ? [...base, 'params'] : base,
    at: 'key',
    code: 'missing-key',
    message: `the pipeline ${plan.name} needs ${missing.join(', ')}`,
    hint: `params: {${missing[0]}: …}`,
  });
}

function checkValue(
  name: string,
  spec: ParamSpec,
  given: JsonObject,
  path: DocumentPath,
  report: (finding: Finding) => void,
): void {
  const check = checkParams({ [name]: spec }, given);
  if (check.ok) return;
  const message = check.problems[0]?.message ?? `${name} does not fit`;
  report({ path, at: 'value', code: 'bad-value', message });
}

function isOpen(value: unknown): boolean {
  return typeof value === 'string' && value.includes('${');
}

/** What `steps.<id>` of such a step holds: the outputs that its pipeline names. */
export function pipelineShape({ plan }: UsedPipeline): {
  readonly fields: { readonly [name: string]: Shape };
} {
  const names = Object.keys(plan.outputs ?? {});
  return {
    fields: {
      runId: 'string',
      ...Object.fromEntries(names.map((name) => [name, 'any' as const])),
      metrics: { fields: {}, others: 'number' },
    },
  };
}

/** The plans that a plan's steps use, and theirs, by hash: each stands once, without its own. */
export function pipelinesOf(
  used: UsedPipelines,
): { readonly [planHash: string]: PipelinePlan } | null {
  const plans: Record<string, PipelinePlan> = {};
  for (const { plan, planHash } of used.values()) {
    const { pipelines, ...own } = plan;
    Object.assign(plans, pipelines, { [planHash]: own });
  }
  return Object.keys(plans).length === 0 ? null : plans;
}
