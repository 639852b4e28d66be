// What `npm run bench` runs: set-up, then the benches with the same arguments.
import { runEntry } from './entry.mjs';
import { prepare } from './prepare.mjs';
import { Progress } from './progress.mjs';
import { runBuilt } from './run-built.mjs';
import { ensureWrk } from './wrk.mjs';

/** Whose servers wrk drives. */
const DRIVEN = 'gateway';

await runEntry(async () => {
  const progress = new Progress(process.stderr);
  const prepared = await prepare({ progress });
  const chosen = process.argv.slice(2);
  if (chosen.length === 0 || chosen.includes(DRIVEN)) {
    await progress.step('wrk', async (reporter) => {
      const wrk = await ensureWrk(prepared.env, reporter);
      return 'executable' in wrk ? wrk.executable : wrk.reason;
    });
  }
  return runBuilt('bench', prepared);
});
