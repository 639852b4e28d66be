import type { JsonValue } from '../../contracts/index.js';

/** What JSON writes otherwise than it is: controls, quotes, backslashes, halves of characters. */
const TO_ESCAPE = /[^ !#-[\]-\ud7ff\ue000-\uffff]/;

/** Text as JSON has it. Most needs no escapes, which takes a fifth of the time to find out. */
export function quoted(text: string): string {
  return TO_ESCAPE.test(text) ? JSON.stringify(text) : `"${text}"`;
}

/** A value as JSON has it; what is no finite number is null. */
export function jsonOf(value: JsonValue): string {
  switch (typeof value) {
    case 'string':
      return quoted(value);
    case 'number':
      return Number.isFinite(value) ? `${value}` : 'null';
    case 'boolean':
      return value ? 'true' : 'false';
    default:
      return JSON.stringify(value);
  }
}

/** A list of single values. */
export function jsonList(values: readonly JsonValue[]): string {
  let text = '[';
  for (let at = 0; at < values.length; at += 1) {
    if (at > 0) text += ',';
    text += jsonOf(values[at] ?? null);
  }
  return `${text}]`;
}
