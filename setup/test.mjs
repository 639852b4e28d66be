// What `npm test` and `.ci/run` run: set-up, then everything that CI checks.
import { report, runChecks } from './checks.mjs';
import { ensureChromium } from './chromium.mjs';
import { runEntry } from './entry.mjs';
import { prepare } from './prepare.mjs';
import { Progress } from './progress.mjs';

await runEntry(async () => {
  const progress = new Progress(process.stderr);
  const { root, env } = await prepare({ ownServer: true, progress });
  await progress.step('Chromium', async (reporter) => {
    const chromium = await ensureChromium(env, reporter);
    return 'executable' in chromium ? chromium.executable : chromium.reason;
  });
  return report(await runChecks(root, env, process.argv.slice(2)));
});
