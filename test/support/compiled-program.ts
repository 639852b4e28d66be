import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const ROOT = resolve(import.meta.dirname, '../..');

export interface CompiledSources {
  /** Laid out as the project is: node can import `storage/artifacts/local-store.js` from it. */
  readonly directory: string;
  remove(): Promise<void>;
}

/**
 * Compiles sources of the project with what they import, for tests that must start or kill a real
 * process without a build. The output lies under `node_modules/`, where packages are found from.
 *
 * @param entries - paths from the project's root: `storage/artifacts/local-store.ts`
 */
export async function compileSources(entries: readonly string[]): Promise<CompiledSources> {
  const cache = join(ROOT, 'node_modules/.cache');
  await mkdir(cache, { recursive: true });
  const directory = await mkdtemp(join(cache, 'millrace-test-'));
  const project = join(directory, 'tsconfig.json');
  await writeFile(join(directory, 'package.json'), '{"type":"module"}');
  await writeFile(
    project,
    JSON.stringify({
      extends: join(ROOT, 'tsconfig.json'),
      compilerOptions: {
        rootDir: ROOT,
        outDir: directory,
        declaration: false,
        sourceMap: false,
        typeRoots: [join(ROOT, 'node_modules/@types')],
        // Types are checked elsewhere; here the program only has to run.
        noCheck: true,
      },
      files: entries.map((entry) => join(ROOT, entry)),
      include: [],
    }),
  );
  const compiler = join(ROOT, 'node_modules/typescript/bin/tsc');
  await promisify(execFile)(process.execPath, [compiler, '--project', project]).catch(
    (error: { stdout?: string }) => {
      throw new Error(`cannot compile ${entries.join(', ')}: ${error.stdout}`, { cause: error });
    },
  );
  return { directory, remove: () => rm(directory, { recursive: true, force: true }) };
}

export interface CompiledProgram {
  /** JavaScript of the program, to start with `node`. */
  readonly path: string;
  remove(): Promise<void>;
}

/**
 * {@link compileSources} of one program.
 *
 * @param program - path from the project's root, without `.ts`
 */
export async function compileProgram(program: string): Promise<CompiledProgram> {
  const { directory, remove } = await compileSources([`${program}.ts`]);
  return { path: join(directory, `${program}.js`), remove };
}
