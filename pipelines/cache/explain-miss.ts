import type { KeyParts } from '../../contracts/index.js';

/**
 * Why a result was not found again: which input, parameter or file is another than last time.
 *
 * @param previous - parts of the step's newest result; `null` where it never ended
 * @example explainMiss({ 'with.depth': '8' }, { 'with.depth': '4' }); // 'with.depth changed from 4 to 8'
 */
export function explainMiss(parts: KeyParts, previous: KeyParts | null): string {
  if (previous === null) return 'it has no earlier result';
  const names = [...new Set([...Object.keys(parts), ...Object.keys(previous)])];
  const changed = names
    .filter((name) => parts[name] !== previous[name])
    .sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
  if (changed.length === 0) return 'the earlier result is not kept any more';
  const told = changed.slice(0, TOLD).map((name) => change(name, parts[name], previous[name]));
  const named = changed.slice(TOLD, TOLD + NAMED).map(labelOf);
  const more = changed.length - told.length - named.length;
  return [
    ...told,
    ...(named.length > 0 ? [`also ${named.join(', ')}`] : []),
    ...(more > 0 ? [`and ${more} more`] : []),
  ].join('; ');
}

/** Changes that are told with what they were. */
const TOLD = 3;
/** Those after them that are named alone: a whole directory of code may have changed. */
const NAMED = 7;

/** What a person changed stands before what follows from it. */
const ORDER = [
  'kind',
  'with.',
  'params',
  'gate',
  'salt',
  'command',
  'shell',
  'image',
  'code:',
  'env.',
  'lock:',
  'file:',
  'input.',
];

function rank(name: string): number {
  const index = ORDER.findIndex((prefix) => name.startsWith(prefix));
  return index === -1 ? ORDER.length : index;
}

function change(name: string, now: string | undefined, before: string | undefined): string {
  const label = labelOf(name);
  if (now === 'missing') return `${label} is missing`;
  if (before === undefined) return `${label} is new${shown(now)}`;
  if (now === undefined) return `${label} is gone`;
  if (isDigest(now) || isDigest(before)) return `${label} changed`;
  return `${label} changed from ${before} to ${now}`;
}

function labelOf(name: string): string {
  for (const [prefix, words] of [
    ['input.', 'the input '],
    ['code:', 'the code '],
    ['file:', 'the file '],
    ['lock:', 'the lock file '],
    ['env.', 'the variable '],
    ['environment.', 'the version of '],
  ] as const) {
    if (name.startsWith(prefix)) return words + name.slice(prefix.length);
  }
  if (name === 'champion') return 'the champion';
  if (name === 'image') return 'the image';
  if (name === 'image.digest') return 'the content of the image';
  return name === 'behaviour' ? "millrace's own work for this kind of step" : name;
}

function shown(value: string | undefined): string {
  return value === undefined || isDigest(value) ? '' : ` (${value})`;
}

function isDigest(value: string): boolean {
  return /^(sha256:)?[0-9a-f]{64}$/.test(value);
}
