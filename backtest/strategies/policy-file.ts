import type { JsonObject, JsonValue, MonitorSpec } from '../../contracts/index.js';
import { compilePipeline } from '../../pipelines/compile.js';
import type { DocumentPath, IssueCode, PipelineIssue } from '../../pipelines/issue.js';
import type { SourceDocument } from '../../pipelines/source/document.js';
import { readDocument } from '../../pipelines/source/read-document.js';

/** A named change of the monitor block, and what the block then is. */
export interface PolicyVariant {
  readonly name: string;
  readonly monitor: MonitorSpec;
  /** It says itself how long its windows are: no option of the backtest does. */
  readonly saysEvery: boolean;
}

export type ReadPolicies =
  | { readonly ok: true; readonly variants: readonly PolicyVariant[] }
  | { readonly ok: false; readonly issues: readonly PipelineIssue[] };

/** A text and the name that errors give it. */
export interface NamedText {
  readonly text: string;
  readonly file: string;
}

/** Keys that may stand in a variant without their `respond`. */
const OF_RESPOND: readonly string[] = ['guards', 'retrain', 'promote', 'automation', 'conditions'];

const VARIANT_NAME = /^[a-z0-9][a-z0-9._-]{0,62}$/i;

/**
 * Reads a file of policies: `strategies`, by name what each changes in the pipeline's `monitor`; or
 * the changes themselves, which then are those of the strategy `policy`. Each variant is checked by
 * the language as a whole block; what is wrong is told at its place in this file.
 *
 * @param pipeline - the pipeline file, known to be valid
 * @param baseDirectory - of the pipeline
 * @example strategies: { eager: { guards: { breaches: 1 of 1 } } }
 */
export function readPolicies(
  policies: NamedText,
  pipeline: NamedText,
  baseDirectory: string,
): ReadPolicies {
  const { document, issues } = readDocument(policies.text, policies.file);
  if (document === null || issues.length > 0) return { ok: false, issues };
  const base = readDocument(pipeline.text, pipeline.file).document?.value ?? null;
  const overlays = overlaysIn(document);
  if (!overlays.ok) return overlays;
  const variants: PolicyVariant[] = [];
  const found: PipelineIssue[] = [];
  for (const { name, path, value } of overlays.list) {
    const merged = overlaid(base, value);
    const compiled = compilePipeline(JSON.stringify(merged), {
      file: policies.file,
      baseDirectory,
    });
    if (!compiled.ok) {
      found.push(...compiled.errors.map((issue) => placed(issue, document, path, value)));
    } else if (compiled.plan.monitor !== null) {
      const saysEvery = holds(value, ['window', 'every']);
      variants.push({ name, monitor: compiled.plan.monitor, saysEvery });
    }
  }
  return found.length > 0 ? { ok: false, issues: found } : { ok: true, variants };
}

/** The pipeline with a monitor block that is changed in some places. */
export function overlaid(base: JsonValue, overlay: JsonObject): JsonValue {
  if (!isObject(base)) return base;
  return { ...base, monitor: merge(base['monitor'] ?? {}, inRespond(overlay)) };
}

interface Overlay {
  readonly name: string;
  readonly path: DocumentPath;
  readonly value: JsonObject;
}

function overlaysIn(
  document: SourceDocument,
):
  | { readonly ok: true; readonly list: readonly Overlay[] }
  | { readonly ok: false; readonly issues: readonly PipelineIssue[] } {
  const { value } = document;
  const refuse = (path: DocumentPath, code: IssueCode, message: string, hint: string) => ({
    ok: false as const,
    issues: [document.issue({ path, at: 'value', code, message, hint })],
  });
  const example = 'write strategies: { eager: { guards: { breaches: 1 of 1 } } }';
  if (!isObject(value)) return refuse([], 'wrong-type', 'a policy file is a mapping', example);
  const { strategies } = value;
  if (strategies === undefined) {
    const path = isObject(value['monitor']) ? ['monitor'] : [];
    const overlay = isObject(value['monitor']) ? value['monitor'] : value;
    return { ok: true, list: [{ name: 'policy', path, value: overlay }] };
  }
  const stray = Object.keys(value).find((key) => key !== 'strategies');
  if (stray !== undefined) {
    const message = `${stray} stands beside strategies`;
    return refuse([stray], 'unknown-key', message, 'put it into a strategy, or remove strategies');
  }
  if (!isObject(strategies) || Object.keys(strategies).length === 0) {
    return refuse(['strategies'], 'wrong-type', 'strategies is a mapping of names', example);
  }
  const list: Overlay[] = [];
  for (const [name, overlay] of Object.entries(strategies)) {
    const path = ['strategies', name];
    if (!VARIANT_NAME.test(name) || RESERVED.includes(name)) {
      const hint = 'use letters, digits, - and _, and none of the built-in names';
      return refuse(path, 'bad-name', `${name} cannot be the name of a strategy`, hint);
    }
    if (!isObject(overlay)) {
      return refuse(path, 'wrong-type', `${name} is not a mapping of what changes`, example);
    }
    list.push({ name, path, value: overlay });
  }
  return { ok: true, list };
}

/** Names that mean something already. */
const RESERVED: readonly string[] = [
  'never',
  'oracle',
  'daily',
  'weekly',
  'fortnightly',
  'monthly',
];

function inRespond(overlay: JsonObject): JsonObject {
  const isShort = (key: string) => OF_RESPOND.includes(key);
  const entries = Object.entries(overlay);
  const short = Object.fromEntries(entries.filter(([key]) => isShort(key)));
  const rest = Object.fromEntries(entries.filter(([key]) => !isShort(key)));
  return Object.keys(short).length === 0
    ? rest
    : { ...rest, respond: merge(rest['respond'] ?? {}, short) };
}

/** Mappings are merged, `null` removes what was there, everything else is replaced. */
function merge(base: JsonValue, overlay: JsonValue): JsonValue {
  if (!isObject(base) || !isObject(overlay)) return overlay;
  const merged: Record<string, JsonValue> = { ...base };
  for (const [key, value] of Object.entries(overlay)) {
    const before = base[key];
    if (value === null) delete merged[key];
    else merged[key] = before === undefined ? value : merge(before, value);
  }
  return merged;
}

/** An issue of the merged block at the place that it comes from. */
function placed(
  issue: PipelineIssue,
  document: SourceDocument,
  path: DocumentPath,
  overlay: JsonObject,
): PipelineIssue {
  const inMonitor = pathOf(issue.path).slice(1);
  const isShort = inMonitor[0] === 'respond' && OF_RESPOND.includes(String(inMonitor[1]));
  const inOverlay = isShort && !holds(overlay, inMonitor) ? inMonitor.slice(1) : inMonitor;
  const { code, message } = issue;
  // One of the two may be in the pipeline file, and stay there.
  const hint =
    issue.hint === 'remove one of them'
      ? 'remove one of them; where the pipeline file says it, null removes it here'
      : issue.hint;
  const at = code === 'unknown-key' || code === 'misplaced' ? 'key' : 'value';
  return document.issue({ path: [...path, ...inOverlay], at, code, message, hint });
}

function holds(value: JsonValue | undefined, path: DocumentPath): boolean {
  const [key, ...rest] = path;
  if (key === undefined) return value !== undefined;
  if (Array.isArray(value) && typeof key === 'number') return holds(value[key], rest);
  return isObject(value) && typeof key === 'string' && holds(value[key], rest);
}

/** @example pathOf('monitor.notify[0].repeat'); // ['monitor', 'notify', 0, 'repeat'] */
function pathOf(text: string): DocumentPath {
  return [...text.matchAll(/\[(\d+)\]|([^.[\]]+)/g)].map(([, index, key]) =>
    index === undefined ? (key ?? '') : Number(index),
  );
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
