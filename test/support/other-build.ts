import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../..');
const BUNDLE = 'workflows.bundle.js';

/**
 * The worker as another build has it, laid out as an installed package: the same but for its workflows.
 *
 * @param directory - made
 * @param change - makes of the workflows' code that of the other build
 * @returns the directory, as `startWorker` takes it
 */
export function installOtherBuild(directory: string, change: (code: string) => string): string {
  mkdirSync(join(directory, 'dist'), { recursive: true });
  for (const shared of ['node_modules', 'python']) {
    symlinkSync(join(ROOT, shared), join(directory, shared));
  }
  cpSync(join(ROOT, 'package.json'), join(directory, 'package.json'));
  cpSync(join(ROOT, 'dist', 'worker.js'), join(directory, 'dist', 'worker.js'));
  const code = readFileSync(join(ROOT, 'dist', BUNDLE), 'utf8');
  const changed = change(code);
  if (changed === code) throw new Error('the other build is the same as this one');
  writeFileSync(join(directory, 'dist', BUNDLE), changed);
  return directory;
}

/** Code that does what this build's does. */
export const withoutEffect = (code: string): string => `// Another build.\n${code}`;

/** Its runs begin with a timer: one that this build began cannot be replayed by that one. */
export const withOtherRuns = (code: string): string =>
  code.replace(
    /(async function runPipeline\(given\)\{)([\s\S]*?)(_temporalio_workflow__WEBPACK_IMPORTED_MODULE_\d+__)/,
    '$1await $3.sleep(1);$2$3',
  );
