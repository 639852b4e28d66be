import { createReadStream, createWriteStream } from 'node:fs';
import { lstat, mkdir, readdir } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { MillraceError } from '../../contracts/index.js';

const HEADER = { uid: 0, gid: 0, uname: '', gname: '', mtime: new Date(0) } as const;

/**
 * Packs a directory into one tar file: names in order, without times and owners, so that equal
 * directories have equal bytes.
 *
 * @throws MillraceError `InvalidInput` where something in it is neither a file nor a directory
 */
export async function packDirectory(directory: string, file: string): Promise<void> {
  const { pack } = await import('tar-stream');
  const archive = pack();
  const written = pipeline(archive, createWriteStream(file, { flags: 'wx', mode: 0o600 }));
  const add = async (inside: string): Promise<void> => {
    for (const name of (await readdir(join(directory, inside))).sort()) {
      const entry = inside === '' ? name : `${inside}/${name}`;
      const path = join(directory, entry);
      const found = await lstat(path);
      if (found.isDirectory()) await add(entry);
      else if (found.isFile()) {
        // A program that is served stays one that may be run.
        const mode = (found.mode & 0o100) === 0 ? 0o644 : 0o755;
        const header = { ...HEADER, type: 'file', name: entry, size: found.size, mode } as const;
        await pipeline(createReadStream(path), archive.entry(header));
      } else {
        throw new MillraceError(
          'InvalidInput',
          `${entry} is neither a file nor a directory`,
          'copy what a link points to into the directory',
        );
      }
    }
  };
  const filled = add('').then(() => archive.finalize());
  filled.catch((error: Error) => archive.destroy(error));
  await Promise.all([filled, written]);
}

/**
 * Unpacks a tar into a directory. Nothing outside of it is written, whatever the names say.
 *
 * @param directory - made; empty
 * @throws MillraceError `InvalidInput` for a name that leads outside, or an entry that is neither a file
 * nor a directory
 */
export async function unpackDirectory(file: string, directory: string): Promise<void> {
  const { extract } = await import('tar-stream');
  const root = resolve(directory);
  await mkdir(root, { recursive: true });
  const archive = extract();
  const reading = pipeline(createReadStream(file), archive);
  reading.catch(() => undefined);
  // At once: an entry that nobody listens for is lost, and the archive then waits for ever.
  for await (const entry of archive) {
    const { name, type, mode = 0o644 } = entry.header;
    const path = resolve(root, name);
    if (path !== root && !path.startsWith(root + sep)) throw refused(name, 'leads outside');
    if (type === 'directory') await mkdir(path, { recursive: true });
    else if (type === 'file') {
      await mkdir(dirname(path), { recursive: true });
      await pipeline(entry, createWriteStream(path, { flags: 'wx', mode: mode & 0o755 }));
      continue;
    } else throw refused(name, `is a ${type}`);
    entry.resume();
  }
  await reading;
}

function refused(name: string, why: string): MillraceError {
  return new MillraceError(
    'InvalidInput',
    `the packed directory is refused: ${JSON.stringify(name)} ${why}`,
    'pack files and directories alone',
  );
}
