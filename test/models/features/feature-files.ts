import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll } from 'vitest';
import type { FeatureView } from '../../../contracts/index.js';
import { compileFeatures } from '../../../pipelines/features/compile-features.js';

/** A directory of this test file alone. */
export function featureDirectory() {
  const root = mkdtempSync(join(tmpdir(), 'millrace-features-'));
  afterAll(() => rmSync(root, { recursive: true, force: true }));
  return {
    root,
    path: (name: string) => join(root, name),
    async file(name: string, content: string): Promise<string> {
      const path = join(root, name);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, content);
      return path;
    },
  };
}

/** The only view of a file, given what stands under its name. */
export function viewOf(yaml: string, name = 'riders'): FeatureView {
  const body = yaml
    .trim()
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n');
  const text = `apiVersion: millrace/v1\nfeatures:\n  ${name}:\n    owner: growth\n${body}\n`;
  const compiled = compileFeatures(text, 'features.yaml');
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.errors, null, 2));
  const [view] = compiled.views;
  if (view === undefined) throw new Error('no view');
  return view;
}
