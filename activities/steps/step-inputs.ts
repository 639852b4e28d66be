import { type ArtifactRef, isArtifactRef, MillraceError } from '../../contracts/index.js';
import type { StepWorkContext } from '../step-work.js';

/**
 * Reads `with:` of a step. The file was checked when it was compiled, but what an expression gives
 * is known only now: each reader throws `InvalidInput` naming step and key.
 */
type Source = Pick<StepWorkContext, 'step' | 'inputs'>;

export function requiredText(source: Source, key: string): string {
  const value = optionalText(source, key);
  if (value === undefined || value === '')
    throw refuse(source, key, 'is missing', 'give it a text');
  return value;
}

export function optionalText({ step, inputs }: Source, key: string): string | undefined {
  const value = inputs[key] ?? undefined;
  if (value === undefined || typeof value === 'string') return value;
  throw refuse({ step, inputs }, key, `is ${JSON.stringify(value)}`, 'give it a text');
}

export function optionalTexts(source: Source, key: string): readonly string[] | undefined {
  const value: unknown = source.inputs[key] ?? undefined;
  if (value === undefined) return undefined;
  if (Array.isArray(value) && value.every((item): item is string => typeof item === 'string')) {
    return value;
  }
  throw refuse(source, key, `is ${JSON.stringify(value)}`, 'give it a list of texts');
}

export function requiredArtifact(source: Source, key: string): ArtifactRef {
  const value: unknown = source.inputs[key];
  if (isArtifactRef(value)) return value;
  throw notAnArtifact(source, key, value);
}

export function optionalNumber(source: Source, key: string): number | undefined {
  const value = source.inputs[key] ?? undefined;
  if (value === undefined || typeof value === 'number') return value;
  throw refuse(source, key, `is ${JSON.stringify(value)}`, 'give it a number');
}

/** One reference or a list of them, at least one. */
export function requiredArtifacts(source: Source, key: string): readonly ArtifactRef[] {
  const value: unknown = source.inputs[key];
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (list.length > 0 && list.every(isArtifactRef)) return list;
  throw notAnArtifact(source, key, value);
}

function notAnArtifact(source: Source, key: string, value: unknown): MillraceError {
  const what = value === undefined ? 'is missing' : `is ${JSON.stringify(value)}, not an artifact`;
  return refuse(source, key, what, 'give it the output of another step, steps.<id>.<name>');
}

function refuse({ step }: Source, key: string, what: string, hint: string): MillraceError {
  return new MillraceError('InvalidInput', `step ${step.id}: with.${key} ${what}`, hint);
}
