import { realpath, stat } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import * as z from 'zod';
import { type JsonValue, MEDIA_TYPE, type Metrics, MillraceError } from '../contracts/index.js';
import { isBelow } from './below.js';
import { readContractFile } from './contract-file.js';
import type { StepDirectory } from './step-directory.js';

/** Values travel through Temporal; what is larger is an artifact. */
const MAX_VALUES_BYTES = 64 * 1024;

const MEDIA_TYPE_OF_EXTENSION: Readonly<Record<string, string>> = {
  '.parquet': MEDIA_TYPE.parquet,
  '.onnx': MEDIA_TYPE.onnx,
  '.json': MEDIA_TYPE.json,
  '.csv': MEDIA_TYPE.csv,
  '.ndjson': MEDIA_TYPE.ndjson,
  '.txt': 'text/plain',
  '.html': MEDIA_TYPE.html,
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.tar': MEDIA_TYPE.tar,
};

const name = z.string().regex(/^(?!__proto__$)[A-Za-z_][A-Za-z0-9_-]{0,99}$/, {
  error: 'names are letters, digits, "_" and "-", and start with a letter',
});

const outputsSchema = z.strictObject({
  values: z.record(name, z.json()).default({}),
  artifacts: z
    .record(
      name,
      z.union([
        z.string(),
        z.strictObject({
          path: z.string(),
          mediaType: z
            .string()
            .max(200)
            .regex(/^[\w.+-]+\/[\w.+-]+/)
            .optional(),
        }),
      ]),
    )
    .default({}),
  metrics: z.record(z.string().min(1).max(200), z.number()).default({}),
});

export interface OutputFile {
  readonly name: string;
  /** Absolute, without symbolic links, inside the step's directory; a file or a directory. */
  readonly path: string;
  /** To be packed. */
  readonly isDirectory: boolean;
  readonly mediaType: string;
}

export interface DeclaredOutputs {
  readonly values: { readonly [name: string]: JsonValue };
  readonly files: readonly OutputFile[];
  readonly metrics: Metrics;
}

/**
 * Reads what a step's process says it made: `outputs.json` with `values`, `artifacts` (paths inside
 * the step's directory, relative to it) and `metrics` (finite numbers), each of them optional.
 *
 * @throws MillraceError `StepContractBroken` saying which rule the file breaks and where
 */
export async function readOutputs(directory: StepDirectory): Promise<DeclaredOutputs> {
  const parsed = outputsSchema.safeParse(await readContractFile(directory.outputsFile));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const where = issue?.path.join('.') || 'outputs.json';
    // What is wrong with a name is one level further down.
    const reason = issue?.code === 'invalid_key' ? issue.issues[0]?.message : issue?.message;
    throw broken(`outputs.json: ${where}: ${reason ?? 'malformed'}`);
  }
  const { values, artifacts, metrics } = parsed.data;
  const valuesBytes = Buffer.byteLength(JSON.stringify(values));
  if (valuesBytes > MAX_VALUES_BYTES) {
    throw broken(
      `outputs.json: its values have ${valuesBytes} bytes, ${MAX_VALUES_BYTES} are allowed`,
      'write what is larger to a file and name it under "artifacts"',
    );
  }
  const both = Object.keys(values).find((key) => Object.hasOwn(artifacts, key));
  if (both !== undefined) {
    throw broken(`outputs.json: "${both}" is both a value and an artifact`, 'rename one of them');
  }
  const files: OutputFile[] = [];
  for (const [key, artifact] of Object.entries(artifacts)) {
    const declared = typeof artifact === 'string' ? { path: artifact } : artifact;
    const { path, isDirectory } = await outputInside(directory.path, declared.path, key);
    const byExtension = MEDIA_TYPE_OF_EXTENSION[extname(path).toLowerCase()];
    const ofFile = declared.mediaType ?? byExtension ?? MEDIA_TYPE.bytes;
    const mediaType = isDirectory ? MEDIA_TYPE.tar : ofFile;
    files.push({ name: key, path, isDirectory, mediaType });
  }
  return { values: values as { readonly [key: string]: JsonValue }, files, metrics };
}

async function outputInside(
  directory: string,
  declared: string,
  key: string,
): Promise<Pick<OutputFile, 'path' | 'isDirectory'>> {
  const root = await realpath(directory);
  const what = `artifact "${key}" at ${JSON.stringify(declared)}`;
  if (declared.includes('\0')) throw broken(`${what}: the path holds a NUL character`);
  const path = await realpath(resolve(root, declared)).catch(() => null);
  if (path === null) {
    throw broken(`${what}: there is no such file`, 'paths are relative to the working directory');
  }
  if (!isBelow(path, root)) {
    throw broken(`${what} lies outside the step's directory`, 'write it below "outputs/"');
  }
  const found = await stat(path);
  if (path !== root && (found.isFile() || found.isDirectory())) {
    return { path, isDirectory: found.isDirectory() };
  }
  throw broken(
    `${what} is neither a file nor a directory of its own`,
    'name a file, or a directory below the working directory',
  );
}

function broken(message: string, hint?: string): MillraceError {
  return new MillraceError('StepContractBroken', message, hint);
}
