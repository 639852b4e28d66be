import { ensureBuild } from './build-package.mjs';
import { runEntry } from './entry.mjs';
import { ensurePackages } from './npm-packages.mjs';
import { packageRoot } from './places.mjs';
import { checkNode } from './prepare.mjs';
import { Progress } from './progress.mjs';

await runEntry(async () => {
  checkNode(process.versions.node);
  const root = packageRoot();
  const progress = new Progress(process.stderr);
  await progress.step('npm packages', async (reporter) => {
    await ensurePackages(root, process.env, reporter);
    return 'ready';
  });
  await progress.step('build', async (reporter) => {
    await ensureBuild(root, process.env, reporter);
    return 'ready';
  });
  return 0;
});
