import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../setup/places.mjs';

/** The version of millrace that is running, as its package.json says. */
export function readVersion(): string {
  const text = readFileSync(join(packageRoot(), 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
