import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Alert } from '../../contracts/index.js';
import { packageRoot } from '../../setup/places.mjs';
import { fences } from '../docs/documents.js';

const path = 'docs/alerts.md';
const blocks = fences({ path, text: readFileSync(join(packageRoot(), path), 'utf8') });

/** A block of docs/alerts.md by its mark. */
export function documented(mark: string): string {
  const block = blocks.find((fence) => fence.mark === mark);
  if (block === undefined) throw new Error(`${path} has no block marked ${mark}`);
  return block.text.trim();
}

/** The alert whose payloads the page shows. */
export const ALERT: Alert = JSON.parse(documented('alert'));
