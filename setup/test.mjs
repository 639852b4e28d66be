// What `npm test` and `.ci/run` run: set-up, then everything that CI checks.
import { report, runChecks } from './checks.mjs';
import { runEntry } from './entry.mjs';
import { prepare } from './prepare.mjs';

await runEntry(async () => {
  const { root, env } = await prepare({ ownServer: true });
  return report(await runChecks(root, env, process.argv.slice(2)));
});
