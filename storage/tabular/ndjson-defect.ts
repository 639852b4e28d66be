import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { MillraceError } from '../../contracts/index.js';

/**
 * Finds the first line of an NDJSON file that is not a JSON object; `null` where every one is.
 * Only read after DuckDB has refused the file: its own line numbers are one too high (1.5.6).
 */
export async function firstNdjsonDefect(path: string): Promise<MillraceError | null> {
  const file = createReadStream(path, 'utf8');
  const lines = createInterface({ input: file, crlfDelay: Infinity });
  let number = 0;
  try {
    for await (const line of lines) {
      number += 1;
      const defect = line.trim() === '' ? null : defectOf(line);
      if (defect !== null) {
        return new MillraceError(
          'InvalidInput',
          `${path}:${number}: not a JSON object: ${defect}`,
          'NDJSON has one object a line, for example {"hour": "2011-01-01T05:00:00Z", "rentals": 3}',
        );
      }
    }
  } finally {
    lines.close();
    // It would stay open: whoever ends the reading of lines only halts their source.
    file.destroy();
  }
  return null;
}

function defectOf(line: string): string | null {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value !== 'object' || value === null) return `it is a ${typeof value}`;
    if (Array.isArray(value)) return 'it is a list';
    return Object.keys(value).length === 0 ? 'it has no keys' : null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
