import { cpSync, mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { build } from 'esbuild';
import { packageRoot } from '../../setup/places.mjs';
import type { Built } from './planted-bug.js';

/** Rooms whose code is in the workflow bundle. */
const BUNDLED = ['workflows', 'contracts', 'pipelines/expressions', 'monitoring/policy'];

/** Gives a copy a `dist/` of its own: that of the checkout but for what is built from the copy. */
export async function buildSpoiled(copy: string, built: Built): Promise<void> {
  const [dist, spoiled] = [join(packageRoot(), 'dist'), join(copy, 'dist')];
  rmSync(spoiled);
  mkdirSync(spoiled);
  for (const entry of readdirSync(dist, { withFileTypes: true })) {
    const [from, to] = [join(dist, entry.name), join(spoiled, entry.name)];
    // A program finds its package from where its own file lies.
    if (entry.isDirectory()) symlinkSync(from, to);
    else cpSync(from, to);
  }
  await (built === 'worker' ? buildWorker(copy) : buildWorkflows(copy));
}

async function buildWorker(copy: string): Promise<void> {
  await build({
    entryPoints: [join(copy, 'worker.ts')],
    outfile: join(copy, 'dist', 'worker.js'),
    allowOverwrite: true,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'error',
  });
}

async function buildWorkflows(copy: string): Promise<void> {
  const sources = BUNDLED.flatMap((room) =>
    readdirSync(join(copy, room), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => join(copy, room, file)),
  );
  const compiled = join(copy, 'compiled');
  await build({ entryPoints: sources, outbase: copy, outdir: compiled, logLevel: 'error' });
  const { code } = await bundleWorkflowCode({
    workflowsPath: join(compiled, 'workflows', 'index.js'),
    workflowInterceptorModules: [join(compiled, 'workflows', 'carry-trace.js')],
    // A map of the sources there must be; the full one is half of the work.
    webpackConfigHook: (config) => ({
      ...config,
      context: compiled,
      devtool: 'inline-cheap-source-map',
    }),
    logger: new DefaultLogger('ERROR'),
  });
  await writeFile(join(copy, 'dist', 'workflows.bundle.js'), code);
}
