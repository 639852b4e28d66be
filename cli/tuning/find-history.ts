import { MillraceError, type TuningHistory } from '../../contracts/index.js';
import type { RegistryReader } from '../../models/registry/ports.js';
import { createLocalArtifactStore } from '../../storage/artifacts/local-store.js';
import type { HomeLayout } from '../../storage/home/layout.js';

export interface FoundHistory {
  readonly step: string;
  readonly history: TuningHistory;
}

/**
 * What the search of a run tried.
 *
 * @param step - the step, where the run has more than one that searches
 * @throws MillraceError `NotFound` where the run has none that has ended
 */
export async function findHistory(
  registry: RegistryReader,
  home: HomeLayout,
  runId: string,
  step: string | undefined,
): Promise<FoundHistory> {
  const searches = (await registry.steps(runId)).filter(({ kind }) => kind === 'tune');
  const names = searches.map(({ stepId }) => stepId);
  const [found, ...others] = searches.filter(({ stepId }) => step === undefined || stepId === step);
  if (found === undefined) {
    const what = step === undefined ? 'no step that searches' : `no step ${step} that searches`;
    const hint =
      names.length === 0 ? 'give it a step that uses: tune' : `it has ${names.join(', ')}`;
    throw new MillraceError('NotFound', `run ${runId} has ${what}`, hint);
  }
  if (others.length > 0) {
    const hint = `say which with --step: ${names.join(', ')}`;
    throw new MillraceError('InvalidInput', `run ${runId} has several steps that search`, hint);
  }
  const ref = found.outcome?.outputs.artifacts['history'];
  if (ref === undefined) {
    throw new MillraceError(
      'NotFound',
      `step ${found.stepId} of run ${runId} is ${found.status}: it has no history yet`,
      'its trials are runs: millrace runs',
    );
  }
  const store = createLocalArtifactStore(home.artifactsDir);
  return { step: found.stepId, history: await store.readJson<TuningHistory>(ref) };
}
