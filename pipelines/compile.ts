import { readFile, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { ParamSpec, PipelinePlan } from '../contracts/index.js';
import { approvalWarnings } from './compile/approve.js';
import { buildCard } from './compile/build-card.js';
import { buildConcurrency, checkGroup } from './compile/build-concurrency.js';
import { buildSchedule } from './compile/build-schedule.js';
import { buildServe } from './compile/build-serve.js';
import { checkDeploys } from './compile/check-deploys.js';
import { checkServe } from './compile/check-serve.js';
import { checkTimes } from './compile/check-times.js';
import { type CompileContext, isRawObject } from './compile/context.js';
import { buildHooks, checkHooks } from './compile/hooks.js';
import { includeWarnings } from './compile/include-warnings.js';
import { joinWarnings } from './compile/join-warnings.js';
import { buildMonitor } from './compile/monitor/build-monitor.js';
import { checkMonitor } from './compile/monitor/check-monitor.js';
import { maskedWarnings, withoutMasked } from './compile/monitor/masked-columns.js';
import { checkOutputs } from './compile/outputs.js';
import { checkDeclarations, paramTypes } from './compile/params.js';
import { buildSteps, orderDrafts } from './compile/plan-steps.js';
import { checkSchedule } from './compile/schedule.js';
import { withSqlLines } from './compile/sql-lines.js';
import { stepTypes } from './compile/step-types.js';
import { checkSteps } from './compile/steps.js';
import { withTrialPlans } from './compile/trial-step.js';
import { pipelinesOf, type UseChain, usePipelines } from './compile/use-pipelines.js';
import { resolveFeatures, resolveHookFeatures } from './features/resolve-features.js';
import type { PipelineIssue } from './issue.js';
import { planHash } from './plan-hash.js';
import { issuesOfEnvironments } from './reuse/every-environment.js';
import { expandSource } from './reuse/expand.js';
import { buildPriority } from './schema/concurrency-schema.js';
import { fileSchema, type PipelineSource } from './schema/file-schema.js';
import { findingsOf } from './schema/findings.js';
import { describe } from './schema/scalars.js';
import type { SourceDocument } from './source/document.js';
import { andMore, FindingList, TooManyFindings } from './source/finding-list.js';
import { LIMITS } from './source/limits.js';
import { readDocument } from './source/read-document.js';

export type CompiledPipeline =
  | {
      readonly ok: true;
      readonly plan: PipelinePlan;
      readonly planHash: string;
      /** What is allowed but hardly meant. */
      readonly warnings: readonly string[];
      /** Absolute; relative paths of the file are read from here. */
      readonly baseDirectory: string;
    }
  | { readonly ok: false; readonly errors: readonly PipelineIssue[] };

export interface CompileOptions {
  /** As errors name it. */
  readonly file: string;
  readonly baseDirectory: string;
  /** Which of the file's environments is laid over it; absent: none. */
  readonly environment?: string;
  /** The files that use this one; absent: none does. */
  readonly chain?: UseChain;
}

/**
 * Compiles a pipeline file to the plan that runs, or says everything that is wrong with it at once.
 *
 * @param text - the file's content
 */
export function compilePipeline(text: string, options: CompileOptions): CompiledPipeline {
  const { document, issues } = readDocument(text, options.file);
  if (document === null) return { ok: false, errors: inOrder(issues) };
  return compileDocument(document, issues, options);
}

/** @param issues - what is wrong with how it is written */
function compileDocument(
  document: SourceDocument,
  issues: readonly PipelineIssue[],
  options: CompileOptions,
): CompiledPipeline {
  const findings = new FindingList(document, issues);
  try {
    return compileValues(document, issues, options, findings);
  } catch (error) {
    if (!(error instanceof TooManyFindings)) throw error;
    const told = inOrder([...issues, ...findings.issues()]);
    return { ok: false, errors: [...told, ...told.slice(-1).map(andMore)] };
  }
}

function compileValues(
  written: SourceDocument,
  issues: readonly PipelineIssue[],
  options: CompileOptions,
  findings: FindingList,
): CompiledPipeline {
  const { report } = findings;
  const { environment, chain } = options;
  const expanded = expandSource(written, environment, chain !== undefined, report);
  const { document } = expanded;
  findings.document = document;
  const source = document.value;
  if (!isRawObject(source)) {
    const message = `a pipeline file is a mapping, this is ${source === null ? 'empty' : describe(source)}`;
    const hint = 'begin with apiVersion: millrace/v1';
    report({ path: [], at: 'value', code: 'wrong-type', message, hint });
    return { ok: false, errors: inOrder([...issues, ...findings.issues()]) };
  }
  // What is left of a file that multiplies itself is not what its author wrote.
  if (findings.has('too-large')) {
    return { ok: false, errors: inOrder([...issues, ...findings.issues()]) };
  }
  const parsed = fileSchema.safeParse(source);
  for (const finding of findingsOf(parsed.error?.issues ?? [], source, [])) report(finding);

  const foreign: PipelineIssue[] = [];
  const used = usePipelines(source['steps'], {
    ...options,
    chain: options.chain ?? { files: [], compiled: new Map() },
    report,
    add: (found) => foreign.push(...found),
    compile: (child, place) => compilePipeline(child, { ...options, ...place }),
  });
  const context: CompileContext = {
    source,
    report,
    params: { fields: paramTypes(source['params']) },
    steps: { fields: stepTypes(source['steps'], used) },
    written: { combinations: 0, values: 0 },
  };
  checkDeclarations(source['params'], report);
  const featureContext = {
    file: options.file,
    baseDirectory: options.baseDirectory,
    report,
    add: (found: readonly PipelineIssue[]) => foreign.push(...found),
  };
  const drafts = resolveFeatures(checkSteps(context), featureContext);
  const ordered = orderDrafts(drafts, report);
  checkTimes(context);
  const hooks = resolveHookFeatures(checkHooks(context), featureContext);
  const outputs = checkOutputs(context);
  const group = checkGroup(context);
  const schedule = checkSchedule(context);
  const monitor = checkMonitor(context);
  checkServe(context);
  checkDeploys(context);

  const errors = [...issues, ...findings.issues()];
  if (errors.length > 0 || foreign.length > 0 || !parsed.success) {
    return { ok: false, errors: [...inOrder(errors), ...foreign] };
  }
  // Whoever is asked for one environment waits for that one alone.
  if (environment === undefined && chain === undefined) {
    const elsewhere = issuesOfEnvironments(expanded.environments, (name) =>
      compileDocument(written, issues, { ...options, environment: name }),
    );
    if (elsewhere.length > 0) return { ok: false, errors: inOrder(elsewhere) };
  }
  const file = parsed.data;
  const params = buildParams(file);
  const tried = withTrialPlans(ordered, file, params, used);
  const pipelines = pipelinesOf(tried);
  const plan: PipelinePlan = {
    apiVersion: 'millrace/v1',
    expressionVersion: 1,
    name: file.name,
    ...(environment !== undefined && chain === undefined && { environment }),
    model: file.model ?? null,
    params,
    steps: withSqlLines(buildSteps(ordered, file, tried), document),
    ...buildConcurrency(file, group),
    ...(file.priority !== undefined && { priority: buildPriority(file.priority) }),
    schedule: buildSchedule(file.schedule, schedule.calendar),
    monitor: withoutMasked(buildMonitor(file.monitor, monitor.retrainParams), file.serve),
    ...(file.serve !== undefined && { serve: buildServe(file.serve) }),
    ...(file.card !== undefined && { card: buildCard(file.card) }),
    ...buildHooks(hooks, file),
    ...(outputs !== null && { outputs }),
    ...(pipelines !== null && { pipelines }),
  };
  return {
    ok: true,
    plan: deepFreeze(plan),
    // Only who runs the plan asks for it, and it is a tenth of the work.
    get planHash() {
      return planHash(plan);
    },
    warnings: [
      ...approvalWarnings(plan.steps),
      ...joinWarnings(plan.steps),
      ...includeWarnings(source),
      ...schedule.warnings,
      ...monitor.warnings,
      ...maskedWarnings(plan.monitor),
    ],
    baseDirectory: resolve(options.baseDirectory),
  };
}

/**
 * Reads and compiles a pipeline file. A file that is not there or cannot be read is an issue too.
 *
 * @param path - as the user gave it; errors name it so
 * @param environment - which of the file's environments is laid over it; absent: none
 */
export async function parsePipelineFile(
  path: string,
  environment?: string,
): Promise<CompiledPipeline> {
  const unreadable = (message: string, hint: string): CompiledPipeline => {
    const issue = {
      file: path,
      line: 1,
      column: 1,
      path: '',
      code: 'unreadable',
      text: '',
    } as const;
    return { ok: false, errors: [{ ...issue, message, hint }] };
  };
  let bytes: Buffer;
  try {
    const { size } = await stat(path);
    if (size > LIMITS.bytes) {
      return unreadable(
        `the file is larger than ${LIMITS.bytes / 1_024} KiB`,
        'is it a pipeline file?',
      );
    }
    bytes = await readFile(path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    return code === 'ENOENT'
      ? unreadable(`there is no file ${path}`, 'check the path')
      : unreadable(`the file cannot be read (${code})`, 'check that it is a file you may read');
  }
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return unreadable('the file is not UTF-8 text', 'save it as UTF-8');
  }
  return compilePipeline(text, {
    file: path,
    baseDirectory: dirname(resolve(path)),
    ...(environment !== undefined && { environment }),
  });
}

function buildParams(file: PipelineSource): { readonly [name: string]: ParamSpec } {
  return Object.fromEntries(
    Object.entries(file.params ?? {}).map(([name, spec]) => {
      const entries = Object.entries(spec).filter(([, value]) => value !== undefined);
      return [name, { ...Object.fromEntries(entries), type: spec.type }];
    }),
  );
}

function inOrder(issues: readonly PipelineIssue[]): readonly PipelineIssue[] {
  const unique = new Map(
    issues.map((issue) => [`${issue.line}:${issue.column}:${issue.code}:${issue.message}`, issue]),
  );
  return [...unique.values()].sort((a, b) => a.line - b.line || a.column - b.column);
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const item of Object.values(value)) deepFreeze(item);
  }
  return value;
}
