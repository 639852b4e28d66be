import { cp } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { MEDIA_TYPE, MillraceError, type PipelinePlan } from '../../contracts/index.js';
import { openRegistryWriter } from '../../models/registry/index.js';
import { createLocalArtifactStore } from '../../storage/artifacts/local-store.js';
import { createHome } from '../../storage/home/create-home.js';
import type { HomeLayout } from '../../storage/home/layout.js';
import type { TrainedHome } from '../trained-home.js';

const NOTHING_LOGGED = { sample: 0 } as const;

/** A copy of a trained home whose champion is the same model, made by a pipeline that logs no prediction. */
export async function unloggedHome(
  { home: trained, model, version }: TrainedHome,
  directory: string,
): Promise<HomeLayout> {
  const root = join(directory, basename(trained.root));
  await cp(trained.root, root, { recursive: true });
  const home = await createHome(root);
  const registry = await openRegistryWriter(home.registryFile);
  try {
    const record = await registry.version(model, version);
    if (record === null) throw new MillraceError('Internal', 'the trained version is gone');
    const artifacts = createLocalArtifactStore(home.artifactsDir);
    const plan = await artifacts.readJson<PipelinePlan>(record.plan);
    const unlogged = { ...plan, serve: { ...plan.serve, log: NOTHING_LOGGED } };
    const next = await registry.registerVersion(
      'bench/unlogged',
      { ...record, plan: await artifacts.putJson(unlogged, MEDIA_TYPE.plan) },
      'bench',
      'to be served without a log',
    );
    const number = (await registry.transitionNumber(model)) + 1;
    await registry.transition({
      model,
      number,
      version: next.version,
      sinceAsOf: next.asOf,
      ledger: {
        model,
        key: `transition/${model}/${number}`,
        at: new Date().toISOString(),
        asOf: next.asOf,
        actor: 'bench',
        action: 'promoted',
        from: version,
        to: next.version,
        reason: 'to be served without a log',
        evidence: {},
      },
    });
    return home;
  } finally {
    await registry.close();
  }
}
