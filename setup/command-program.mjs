import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { Script } from 'node:vm';

/** The newest Node whose V8 is known to have the flag below; an unknown one is complained about. */
const NEWEST_KNOWN_NODE = 24;

/**
 * The command line, bundled into one file, with V8's code cache of it where this V8 has one: then
 * nothing has to be compiled before it runs.
 *
 * @param {string} directory - that holds `program.cjs`
 */
export function readProgram(directory) {
  // A command ends before optimised code pays for its making. This puts it off by a factor of ten;
  // what runs long is optimised all the same. The cache is only good under the same flags.
  if (Number.parseInt(process.versions.node, 10) <= NEWEST_KNOWN_NODE) {
    setFlagsFromString('--interrupt-budget=1000000');
  }
  const file = join(directory, 'program.cjs');
  const cachedData = readIfThere(codeCacheFile(directory));
  const script = new Script(readFileSync(file, 'utf8'), {
    filename: file,
    ...(cachedData !== undefined && { cachedData }),
  });
  return {
    script,
    run() {
      // The bundle is one function with the parameters of a CommonJS module.
      const module = { exports: {} };
      const body = script.runInThisContext();
      body.call(module.exports, module.exports, createRequire(file), module, file, directory);
    },
  };
}

/**
 * Code caches are of one version of V8 on one architecture.
 *
 * @param {string} directory
 */
export function codeCacheFile(directory) {
  return join(directory, `program.${process.versions.v8}-${process.arch}.cache`);
}

/**
 * @param {string} file
 * @returns {Buffer | undefined}
 */
function readIfThere(file) {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}
