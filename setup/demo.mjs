// What `npm run demo` runs: set-up, then the demo with the same arguments.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { runEntry } from './entry.mjs';
import { prepare } from './prepare.mjs';

await runEntry(async () => {
  const { root, env } = await prepare();
  const demo = join(root, 'dist', 'demo', 'main.js');
  const child = spawn(process.execPath, [demo, ...process.argv.slice(2)], {
    env,
    stdio: 'inherit',
  });
  // Ctrl-C reaches the demo as well; it ends what it started, and this waits for it.
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
    process.removeAllListeners(signal);
    process.on(signal, () => {
      if (signal === 'SIGTERM') child.kill(signal);
    });
  }
  return await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 130));
  });
});
