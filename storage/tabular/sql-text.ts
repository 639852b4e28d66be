/** A name as an SQL identifier: any text is safe, quotes are doubled. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Text as an SQL literal: any text is safe, quotes are doubled. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A number as an SQL literal of type DOUBLE; without the cast DuckDB would make it a DECIMAL. */
export function numberLiteral(value: number): string {
  return `CAST('${value}' AS DOUBLE)`;
}

/** Milliseconds since the epoch as an SQL TIMESTAMP (UTC). */
export function timestampLiteral(ms: number): string {
  return `make_timestamp(${BigInt(Math.round(ms)) * 1000n})`;
}

/** The literal of a file to be read: DuckDB takes `* ? [` in a name for a pattern unless bracketed. */
export function fileLiteral(path: string): string {
  return literal(path.replace(/[*?[]/g, '[$&]'));
}
