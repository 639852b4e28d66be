import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { packageRoot } from '../../setup/places.mjs';

const BUNDLED = ['workflows', 'contracts', 'pipelines/expressions', 'monitoring/policy'];

/** The built workflows, copied to where a test may spoil them. */
export interface WorkflowCopy {
  /** Makes two activities change places in a file: each is called where the other was. */
  exchange(file: string, one: string, other: string): void;
  bundle(): Promise<{ readonly code: string }>;
  remove(): void;
}

export function copyWorkflows(): WorkflowCopy {
  const root = packageRoot();
  const cache = join(root, 'node_modules', '.cache');
  mkdirSync(cache, { recursive: true });
  // Below `node_modules`, where packages are found from.
  const directory = mkdtempSync(join(cache, 'millrace-replay-'));
  writeFileSync(join(directory, 'package.json'), '{"type":"module"}');
  for (const room of BUNDLED) {
    cpSync(join(root, 'dist', room), join(directory, room), { recursive: true });
  }
  return {
    exchange(file, one, other) {
      const path = join(directory, 'workflows', file);
      const text = readFileSync(path, 'utf8');
      const places = new RegExp(`(?<=Activities\\.)(${one}|${other})\\b`, 'g');
      if ((text.match(places) ?? []).length < 2) throw new Error(`${file} does not call both`);
      writeFileSync(
        path,
        text.replaceAll(places, (name) => (name === one ? other : one)),
      );
    },
    async bundle() {
      return bundleWorkflowCode({
        workflowsPath: join(directory, 'workflows', 'index.js'),
        workflowInterceptorModules: [join(directory, 'workflows', 'carry-trace.js')],
        logger: new DefaultLogger('ERROR'),
      });
    },
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}
