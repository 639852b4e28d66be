import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

export interface CompiledProgram {
  /** JavaScript of the program, to start with `node`. */
  readonly path: string;
  remove(): Promise<void>;
}

/**
 * Compiles a TypeScript program and what it imports, so that a test can start real processes
 * without a build. The output lies under `node_modules/`, where packages are found from.
 *
 * @param program - path relative to the root of the project, without `.ts`
 */
export async function compileProgram(program: string): Promise<CompiledProgram> {
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
      },
      files: [join(ROOT, `${program}.ts`)],
      include: [],
    }),
  );
  await new Promise<void>((done, fail) => {
    const compiler = join(ROOT, 'node_modules/typescript/bin/tsc');
    execFile(process.execPath, [compiler, '--project', project], (error, stdout) =>
      error === null ? done() : fail(new Error(`tsc of ${program}: ${stdout}`)),
    );
  });
  return {
    path: join(directory, `${program}.js`),
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}
