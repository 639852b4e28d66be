import { readFileSync, writeFileSync } from 'node:fs';
import { isAbsolute, join, relative } from 'node:path';
import { asciiOnly } from './compact-code.mjs';

/** Pure rooms that workflows import. */
const PURE = ['contracts', 'pipelines/expressions', 'monitoring/policy'];
/** What the bundle is made from. */
export const BUNDLED = [
  'workflows',
  ...PURE,
  'setup/workflow-bundle.mjs',
  'setup/compact-code.mjs',
  'package-lock.json',
];
/** Its file in the directory of what is built. */
export const BUNDLE = 'workflows.bundle.js';
const SOURCE_MAP = '//# sourceMappingURL=data:application/json;base64,';

/**
 * Bundles the workflows as workers run them.
 *
 * @param {string} root
 * @param {string} dist - the compiled modules
 */
export async function bundleWorkflows(root, dist) {
  const { bundleWorkflowCode, DefaultLogger } = await import('@temporalio/worker');
  const { code } = await bundleWorkflowCode({
    workflowsPath: join(dist, 'workflows', 'index.js'),
    workflowInterceptorModules: [join(dist, 'workflows', 'carry-trace.js')],
    // Evaluated and kept once for all workflows, instead of once for each.
    preloadModules: PURE.map((room) => join(dist, room, 'index.js')),
    // The names of modules in the bundle are relative to this, and so the same in every build.
    webpackConfigHook: (config) => ({ ...config, context: dist }),
    // At its usual level it prints what webpack made of every module.
    logger: new DefaultLogger('WARN'),
  });
  writeFileSync(join(dist, BUNDLE), await compacted(root, code));
}

/**
 * The files that the bundle was made from.
 *
 * @param {string} dist
 * @returns {readonly string[]}
 */
export function bundledFiles(dist) {
  const code = readFileSync(join(dist, BUNDLE), 'utf8');
  const encoded = code.slice(code.lastIndexOf(SOURCE_MAP) + SOURCE_MAP.length);
  return JSON.parse(Buffer.from(encoded, 'base64').toString('utf8')).sources;
}

/**
 * The same code in a third of the text, which every worker holds twice: once for itself and once for the
 * thread that runs the workflows. Its source map still tells the lines of errors.
 *
 * @param {string} root
 * @param {string} code - with its source map behind it
 */
async function compacted(root, code) {
  const { transform } = await import('esbuild');
  // On one line: the SDK looks for a piece of webpack's own text, which a break would hide. Escapes
  // first: the map would know nothing of those that come after it.
  const { code: compact, map } = await transform(asciiOnly(code), {
    minifyWhitespace: true,
    sourcemap: 'external',
    sourcesContent: false,
    legalComments: 'inline',
  });
  const { sources, ...mappings } = JSON.parse(map);
  const named = {
    ...mappings,
    sources: sources.map((/** @type {string} */ file) => {
      return isAbsolute(file) ? relative(root, file) : file;
    }),
    // The SDK asks what the map is of.
    file: BUNDLE,
  };
  const encoded = Buffer.from(JSON.stringify(named)).toString('base64');
  return `${compact}${SOURCE_MAP}${encoded}\n`;
}
