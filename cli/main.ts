import { main } from './program.js';

// No top-level await: the bundle of this is CommonJS.
void main(process.argv.slice(2)).then(async (exitCode) => {
  await Promise.all([process.stdout, process.stderr].map(written));
  process.exit(exitCode);
});

/** A pipe takes 64 KiB at once; what its reader has not yet taken would be lost with the process. */
function written(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => stream.write('', () => resolve()));
}
