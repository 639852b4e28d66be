// What `npm run bench` runs: set-up, then the benches with the same arguments.
import { runEntry } from './entry.mjs';
import { runBuilt } from './run-built.mjs';

await runEntry(() => runBuilt('bench'));
