// What `npm run verify` runs: the checks of `npm test`, for a checkout that is set up.
import { report, runChecks } from './checks.mjs';
import { runEntry } from './entry.mjs';
import { packageRoot } from './places.mjs';
import { environmentWith } from './prepare.mjs';
import { locatePython } from './python-environment.mjs';
import { SetupError } from './setup-error.mjs';
import { locateTemporal } from './temporal-binary.mjs';

await runEntry(async () => {
  const root = packageRoot();
  const python = locatePython(root, process.env);
  const temporal = await locateTemporal(process.env);
  if (python === null || temporal === null) {
    throw new SetupError('this checkout is not set up', 'run `npm test`, which does that first');
  }
  const env = environmentWith(process.env, python.executable, temporal.path);
  return report(await runChecks(root, env, process.argv.slice(2)));
});
