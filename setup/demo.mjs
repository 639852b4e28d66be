// What `npm run demo` runs: set-up, then the demo with the same arguments.
import { runEntry } from './entry.mjs';
import { prepare } from './prepare.mjs';
import { runBuilt } from './run-built.mjs';

await runEntry(async () => runBuilt('demo', await prepare()));
