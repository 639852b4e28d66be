import { lstat, readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { MillraceError } from '../contracts/index.js';

const MAX_BYTES = 4 * 1024 * 1024;

/**
 * Reads a JSON file that a step's process wrote. It must be a plain file: a pipe would block and a
 * symbolic link could show any file of the machine.
 *
 * @throws MillraceError `StepContractBroken` when it is missing, too large or not JSON
 */
export async function readContractFile(path: string): Promise<unknown> {
  const file = basename(path);
  const found = await lstat(path).catch(() => null);
  if (found === null) {
    throw new MillraceError(
      'StepContractBroken',
      `the step ended well but wrote no ${file}`,
      `write ${file} into the working directory (MILLRACE_OUTPUTS_JSON); \`{}\` is enough`,
    );
  }
  if (!found.isFile()) {
    throw new MillraceError('StepContractBroken', `${file} is not a plain file`);
  }
  if (found.size > MAX_BYTES) {
    throw new MillraceError(
      'StepContractBroken',
      `${file} has ${found.size} bytes, ${MAX_BYTES} are allowed`,
      'large results are artifacts',
    );
  }
  const text = await readFile(path, 'utf8');
  try {
    return JSON.parse(text, refusePrototype);
  } catch (error) {
    const notFinite = /(?<![\w"])(NaN|-?Infinity)(?![\w"])/.exec(text)?.[0];
    throw new MillraceError(
      'StepContractBroken',
      notFinite === undefined
        ? `${file} is not JSON: ${(error as Error).message}`
        : `${file} holds ${notFinite}, which JSON does not have; values and metrics are finite`,
      notFinite === undefined
        ? 'write it with a JSON library, to its end'
        : 'leave out a metric that is not defined',
    );
  }
}

/** No honest name; some library would drop it in silence, another set the prototype. */
function refusePrototype(key: string, value: unknown): unknown {
  if (key === '__proto__') throw new Error('"__proto__" is not allowed as a name');
  return value;
}
