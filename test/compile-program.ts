import { execFile } from 'node:child_process';
import { mkdtemp, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '..');

/**
 * Compiles sources of the project, with what they import, for tests that must kill a real process.
 *
 * @param entries - paths from the project's root, `storage/artifacts/local-store.ts`
 * @returns a directory with the same layout, where node can import `storage/artifacts/local-store.js`
 */
export async function compileProgram(entries: readonly string[]): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'millrace-compiled-'));
  const config = join(directory, 'tsconfig.json');
  await writeFile(
    config,
    JSON.stringify({
      extends: join(root, 'tsconfig.json'),
      compilerOptions: {
        rootDir: root,
        outDir: directory,
        typeRoots: [join(root, 'node_modules/@types')],
        declaration: false,
        sourceMap: false,
        // Types are checked elsewhere; here the program only has to run.
        noCheck: true,
      },
      include: [],
      files: entries.map((entry) => join(root, entry)),
    }),
  );
  await writeFile(join(directory, 'package.json'), '{"type":"module"}');
  await symlink(join(root, 'node_modules'), join(directory, 'node_modules'));
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  await run(process.execPath, [compiler, '-p', config]).catch((error: { stdout?: string }) => {
    throw new Error(`cannot compile ${entries.join(', ')}: ${error.stdout}`, { cause: error });
  });
  return directory;
}
