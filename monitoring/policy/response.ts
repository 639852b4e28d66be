import type {
  ChampionStanding,
  ResponseRequest,
  Verdict,
  WindowMeasurement,
} from '../../contracts/index.js';
import { imputableFeatures } from './configured-response.js';
import { evidenceOf, type VersionOrigin } from './evidence.js';

/**
 * The request that a verdict leads to, with everything behind it as evidence; `null` where the
 * action is none, an alert or a hold. Its id is made from model, window and action, so that a
 * window decided twice asks once.
 *
 * @param standing - what came since the champion's training; absent where nobody counted
 */
export function responseTo(
  verdict: Verdict,
  measurement: WindowMeasurement,
  origin: VersionOrigin,
  standing?: ChampionStanding,
): ResponseRequest | null {
  const { action, risk, undoMs, notify } = verdict;
  if (action === 'none' || action === 'alert' || action === 'hold') return null;
  const { model, version, window } = measurement;
  const base = {
    requestId: `monitor/${model}/${window.end}/${action}`,
    asOf: window.end,
    actor: 'monitor',
    reason: verdict.reason,
    evidence: evidenceOf(verdict, measurement, origin),
    ...(risk !== undefined && { risk }),
    ...(undoMs !== undefined && { undoMs }),
    ...(notify !== undefined && { notify }),
  };
  switch (action) {
    case 'rollback': {
      const to = measurement.previous?.version ?? null;
      return { kind: 'rollback', trigger: 'monitor', version: to, blames: version, ...base };
    }
    case 'retrain':
      return {
        kind: 'retrain',
        trigger: 'monitor',
        window,
        plan: null,
        answerTo: null,
        ...(standing !== undefined && { newLabels: standing.newLabels }),
        ...base,
      };
    case 'askForLabels':
      return { kind: 'askForLabels', window, ...base };
    default: {
      const features = action === 'impute' ? imputableFeatures(measurement) : [];
      return { kind: 'repair', repair: action, change: 'begin', features, window, ...base };
    }
  }
}
