/**
 * A collection in a process of its own: `<state directory> <since> <kill before this change>`. It kills
 * itself before the so-manieth change that it makes to the disk or the registry, and says how many it
 * made when it comes to its end.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const [root = '', since = '', killAt = '0'] = process.argv.slice(2);
let changes = 0;
function change(): void {
  changes += 1;
  if (changes === Number(killAt)) process.kill(process.pid, 'SIGKILL');
}
for (const name of ['rename', 'rm', 'mkdir'] as const) {
  const done: (...input: never[]) => Promise<unknown> = fs.promises[name];
  Object.assign(fs.promises, {
    [name]: (...input: never[]) => {
      change();
      return done(...input);
    },
  });
}
syncBuiltinESMExports();

const { openRegistryWriter } = await import('../../../models/registry/index.js');
const { homeLayout } = await import('../../../storage/home/layout.js');
const { collect } = await import('../../../storage/retention/index.js');

const home = homeLayout(root);
const registry = await openRegistryWriter(home.registryFile);
const retained = { since };
const collected = await collect({
  places: home,
  keepSince: since,
  nowMs: Date.now(),
  dryRun: false,
  needs: {
    retainedRuns: () => registry.retention.retainedRuns(retained),
    forgetStaleResults: () => {
      change();
      return registry.retention.forgetStaleEntries(retained);
    },
    texts: () => registry.retention.referringTexts(retained),
    oldestRunUnderWay: () => registry.retention.oldestRunUnderWay(),
  },
});
fs.writeSync(1, JSON.stringify({ changes, collected }));
await registry.close();
