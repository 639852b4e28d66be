import type { JsonObject } from '../../../contracts/index.js';
import { memberTexts } from './member-texts.js';

/**
 * A record with what is added to it. What is kept of it stays as it is written: of a whole number with
 * more digits than a number holds, what was read is another one.
 *
 * @param text - JSON of `fields`; anything where they are none
 * @param columns - those that are kept; `null`: all
 */
export function recordLine(
  text: string,
  fields: JsonObject,
  columns: readonly string[] | null,
  added: JsonObject,
): string {
  const names = Object.keys(fields);
  if (names.length === 0) return JSON.stringify(added);
  if (columns === null && !names.some((name) => Object.hasOwn(added, name))) {
    return `${onOneLine(text).trim().slice(0, -1).trimEnd()},${JSON.stringify(added).slice(1)}`;
  }
  const written = memberTexts(text);
  const members = [...new Set(columns ?? written.keys())].flatMap((name) => {
    const value = Object.hasOwn(added, name) ? undefined : written.get(name);
    return value === undefined ? [] : [`${JSON.stringify(name)}:${onOneLine(value)}`];
  });
  const more = JSON.stringify(added).slice(1, -1);
  return `{${[...members, more].join(',')}}`;
}

/** A line break is between two values: within a text it would be escaped. */
function onOneLine(text: string): string {
  return text.replaceAll(/[\r\n]+/g, ' ');
}
