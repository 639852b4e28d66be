// Called with the directory of the bundled command line and the arguments of a command: runs that
// command and keeps what V8 compiled for it. A process of its own, because the command ends it.
import { randomUUID } from 'node:crypto';
import { renameSync, writeFileSync } from 'node:fs';
import { codeCacheFile, readProgram } from './command-program.mjs';

const [, script = '', directory = '', ...command] = process.argv;
process.argv = [process.execPath, script, ...command];
const program = readProgram(directory);
process.on('exit', () => {
  const file = codeCacheFile(directory);
  const beside = `${file}.${randomUUID()}`;
  writeFileSync(beside, program.script.createCachedData());
  renameSync(beside, file);
});
program.run();
