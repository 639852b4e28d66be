import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import type { KeyParts, PlanStep } from '../../contracts/index.js';
import { codeFiles } from './code-files.js';
import { fileDigest } from './files.js';
import { findLockFile, runsPython } from './lock-file.js';

export interface CommandRequest {
  readonly step: Pick<PlanStep, 'command' | 'code'>;
  /** With every expression resolved. */
  readonly argv: readonly string[];
  /** The step's `env`, resolved; `null` stands for the worker's own value. */
  readonly env: { readonly [name: string]: string | null };
  /** Where this is not the worker: parts of the step's last result, by which its variables are known. */
  readonly lastParts?: KeyParts | null;
  /** Of its container; absent: it runs in none. */
  readonly image?: string;
  readonly imageDigest?: string;
  readonly baseDirectory: string;
  /** Library name → version of millrace's own Python. */
  readonly environment: { readonly [library: string]: string };
}

/**
 * Adds what a command's result rests on besides its inputs: its words, the code that it declares or
 * that lies beside what it names, the environment that it declares, its image, and its interpreter's lock
 * file.
 *
 * @param digest - of a value that is not shown
 * @returns why it cannot be told; `null` where it could
 */
export async function addCommandParts(
  parts: Record<string, string>,
  request: CommandRequest,
  digest: (text: string) => string,
): Promise<string | null> {
  const { step, argv, baseDirectory } = request;
  parts['shell'] = String(step.command?.shell ?? false);
  const { image, imageDigest } = request;
  if (image !== undefined) parts['image'] = image;
  if (imageDigest !== undefined) parts['image.digest'] = imageDigest;
  // Of a shell's text, the words that are plain paths.
  const words =
    step.command?.shell === true ? argv.flatMap((text) => text.split(/[\s'"|&;<>()]+/)) : argv;
  const files = await codeFiles(words, step.code, baseDirectory);
  if (!files.ok) return files.reason;
  // A path to what lies outside begins where the directory really is, not at a link to it.
  const base = await realpath(baseDirectory);
  for (const path of files.paths) {
    parts[`code:${path}`] = (await fileDigest(join(base, path))) ?? 'missing';
  }
  for (const [name, value] of Object.entries(request.env)) {
    const part = `env.${name}`;
    parts[part] = value ?? request.lastParts?.[part] ?? inherited(name, digest);
  }
  const isOwn = (path: string) => !path.startsWith('../') && words.includes(path);
  const script = files.paths.find(isOwn) ?? null;
  const lock = await findLockFile(words, script, baseDirectory);
  if (lock !== null) {
    parts[`lock:${lock}`] = (await fileDigest(join(baseDirectory, lock))) ?? 'missing';
  }
  // An image brings its own.
  if (image === undefined && runsPython(words)) {
    for (const [library, version] of Object.entries(request.environment)) {
      parts[`environment.${library}`] = version;
    }
  }
  return null;
}

/** What this process has may be a secret; what the file says is in the plan anyway. */
function inherited(name: string, digest: (text: string) => string): string {
  const own = process.env[name];
  return own === undefined ? 'not set' : `sha256:${digest(own)}`;
}
