import type { Metrics } from '../../../contracts/index.js';

/** Text of people and of data as it is meant, whatever Markdown would make of it. */
export function plain(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/[\\`*_[\]<>|#~]/g, '\\$&');
}

/** Between backticks, which the text itself may hold. */
export function code(text: string): string {
  const inner = text.replace(/\s+/g, ' ');
  return inner.includes('`') ? `\`\` ${inner} \`\`` : `\`${inner}\``;
}

/** @example number(0.123456789); // '0.123457' */
export function number(value: number | null): string {
  return value === null ? 'not known' : String(Number(value.toPrecision(6)));
}

/** A row a fact; those without a value are left out. */
export function facts(rows: readonly (readonly [string, string | null])[]): readonly string[] {
  const known = rows.filter(([, value]) => value !== null && value !== '');
  return known.map(([name, value]) => `- **${name}:** ${value}`);
}

/** A table with its own blank lines; nothing without rows. */
export function table(
  titles: readonly string[],
  rows: readonly (readonly string[])[],
): readonly string[] {
  if (rows.length === 0) return [];
  // A bar ends a cell even between backticks.
  const cell = (text: string) => text.replace(/(?<!\\)\|/g, '\\|');
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`;
  return ['', line(titles), line(titles.map(() => '---')), ...rows.map(line), ''];
}

/** Names and values in one line: `mae 44.2, r2 0.87`. */
export function metrics(values: Metrics): string {
  return Object.entries(values)
    .map(([name, value]) => `${name} ${number(value)}`)
    .join(', ');
}

export function statements(said: readonly string[] | undefined): string | null {
  return said === undefined ? null : said.map(plain).join('; ');
}
