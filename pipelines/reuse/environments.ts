import { type JsonValue, NAME_PATTERN } from '../../contracts/index.js';
import { entriesOf, isRawObject, type RawObject } from '../compile/context.js';
import type { DocumentPath, Finding } from '../issue.js';
import { suggestion } from '../nearest.js';
import { merge } from './merge.js';
import type { Origins } from './origins.js';

type Report = (finding: Finding) => void;

/** Blocks that an environment may do without: written as nothing, they are taken away. */
const REMOVABLE = ['schedule', 'monitor', 'serve', 'concurrency'];

/** Mappings whose keys an environment overrides but never adds to. */
const CLOSED_BLOCKS = [
  { block: 'steps', noun: 'step' },
  { block: 'params', noun: 'parameter' },
  { block: 'templates', noun: 'template' },
] as const;

export function environmentNames(source: RawObject): readonly string[] {
  return entriesOf(source['environments']).map(([name]) => name);
}

/**
 * The file as it is in one environment: the overlay's values stand before the file's own. The steps
 * stay the same ones, so that what is tried in one environment is what runs in another.
 *
 * @param name - one of {@link environmentNames}
 */
export function applyEnvironment(
  source: RawObject,
  name: string,
  origins: Origins,
  report: Report,
): RawObject {
  const { environments, ...rest } = source;
  const base: RawObject = rest;
  const overlay = isRawObject(environments) ? environments[name] : undefined;
  if (!isRawObject(overlay)) return source;
  const path: DocumentPath = ['environments', name];
  const known = CLOSED_BLOCKS.flatMap(({ block, noun }) =>
    refuseNew(base[block], overlay[block], [...path, block], noun, report),
  );
  const over: Record<string, JsonValue> = { ...overlay };
  for (const { block, names } of known) over[block] = pick(overlay[block], names);
  const params = over['params'];
  if (isRawObject(params)) {
    over['params'] = withDefaults(params, [...path, 'params'], origins);
  }
  const merged = merge({ value: base, path: [] }, { value: over, path }, [], origins);
  const kept = Object.entries(isRawObject(merged) ? merged : {}).filter(
    ([key, value]) => value !== null || !REMOVABLE.includes(key) || over[key] === undefined,
  );
  return { ...Object.fromEntries(kept), ...(environments !== undefined && { environments }) };
}

/** Each is compiled when the file is checked. */
const MOST_ENVIRONMENTS = 16;

/** Names that can be given on a command line. */
export function checkEnvironmentNames(source: RawObject, report: Report): void {
  const names = environmentNames(source);
  if (names.length > MOST_ENVIRONMENTS) {
    report({
      path: ['environments'],
      at: 'key',
      code: 'too-large',
      message: `the file declares more than ${MOST_ENVIRONMENTS} environments`,
    });
  }
  for (const name of names) {
    if (NAME_PATTERN.test(name) && name.length <= 63) continue;
    report({
      path: ['environments', name],
      at: 'key',
      code: 'bad-name',
      message: `${name} is not the name of an environment`,
      hint: 'lower-case letters, digits and single hyphens: dev, test, staging, production',
    });
  }
}

/** @returns the keys of the overlay's block that the file has */
function refuseNew(
  base: JsonValue | undefined,
  over: JsonValue | undefined,
  path: DocumentPath,
  noun: string,
  report: Report,
): readonly { readonly block: string; readonly names: readonly string[] }[] {
  if (!isRawObject(over)) return [];
  const known = entriesOf(base).map(([name]) => name);
  const names = Object.keys(over).filter((name) => {
    if (known.includes(name)) return true;
    report({
      path: [...path, name],
      at: 'key',
      code: 'unknown-name',
      message: `there is no ${noun} ${name} that an environment could override`,
      hint: suggestion(name, known) ?? 'an environment overrides what the file has',
    });
    return false;
  });
  return [{ block: String(path.at(-1)), names }];
}

function pick(block: JsonValue | undefined, names: readonly string[]): JsonValue {
  return Object.fromEntries(entriesOf(block).filter(([name]) => names.includes(name)));
}

/** `trees: 10` stands for `trees: {default: 10}`. */
function withDefaults(params: RawObject, path: DocumentPath, origins: Origins): JsonValue {
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => {
      if (isRawObject(value)) return [name, value];
      origins.move([...path, name, 'default'], [...path, name]);
      return [name, { default: value }];
    }),
  );
}
