import type {
  RollbackAsker,
  RollbackCandidate,
  RollbackChoice,
  SkippedVersion,
} from '../../contracts/index.js';

/**
 * The version that a rollback returns to: the first that can serve and was good. What was measured on
 * current data counts before what was measured while it served; a version that was never measured
 * passed its own gate, which is taken for good.
 *
 * @param candidates - in the order of preference
 * @example chooseRollback([{ version: 2, problem: null, onCurrentData: null, lastMeasured: null }], 'monitor').to; // 2
 */
export function chooseRollback(
  candidates: readonly RollbackCandidate[],
  asker: RollbackAsker,
): RollbackChoice {
  const skipped: SkippedVersion[] = [];
  for (const candidate of candidates) {
    const { version, problem } = candidate;
    const objection = asker === 'person-names' ? null : objectionTo(candidate);
    if (problem === null && objection === null) {
      return { to: version, why: reasonFor(candidate, asker), skipped };
    }
    skipped.push({ version, why: problem ?? objection ?? '' });
  }
  const why = skipped.map(({ version, why }) => `version ${version} ${why}`).join('; ');
  const servable = candidates.find(({ problem }) => problem === null);
  if (servable !== undefined && asker === 'person') {
    const others = skipped.filter(({ version }) => version !== servable.version);
    return { to: servable.version, why: `a person asked, although ${why}`, skipped: others };
  }
  return {
    to: null,
    why: why === '' ? 'no version was champion before' : why,
    skipped,
    // One could serve and is no better: only a new version can help.
    retrainInstead: servable !== undefined,
  };
}

function objectionTo({ onCurrentData, lastMeasured }: RollbackCandidate): string | null {
  if (onCurrentData !== null) {
    return onCurrentData.better ? null : `is no better on current data (${onCurrentData.detail})`;
  }
  return lastMeasured === null || lastMeasured.kept
    ? null
    : `was not good when it was last measured (${lastMeasured.detail})`;
}

function reasonFor(
  { version, onCurrentData, lastMeasured }: RollbackCandidate,
  asker: RollbackAsker,
): string {
  if (asker === 'person-names') return `version ${version} was named, and can serve`;
  if (onCurrentData !== null) return `better on current data: ${onCurrentData.detail}`;
  return lastMeasured === null
    ? `version ${version} can serve; it was never measured`
    : `good when it was last measured: ${lastMeasured.detail}`;
}
