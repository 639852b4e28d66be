import type { FairnessCriterionName, WindowMeasurement } from '../../contracts/index.js';
import { number, percent, shortList, within } from './figures.js';
import type { ReportLine } from './report-line.js';

/** Performance without labels; one that is doubted is a question, whatever it says. */
export function estimateLine({ estimate }: WindowMeasurement): ReportLine[] {
  if (estimate === undefined) return [];
  const { metric, value, low, high, baseline, relativeLoss, threshold, doubts } = estimate;
  const subject = 'estimate';
  const why = doubts.length === 0 ? '' : `; not to be relied on: ${doubts.join('; ')}`;
  if (value === null || low === null || high === null || relativeLoss === null) {
    return [{ subject, verdict: 'unknown', text: `${metric} cannot be estimated${why}` }];
  }
  const change = `${percent(Math.abs(relativeLoss))} ${relativeLoss > 0 ? 'worse' : 'better'}`;
  const text = `${metric} ${number(value)} (${number(low)} to ${number(high)}), baseline ${number(baseline)}: ${change} (limit ${percent(threshold)} worse)${why}`;
  const verdict = estimate.verdict === 'lost' ? 'bad' : 'ok';
  return [{ subject, verdict: estimate.isValid ? verdict : 'unknown', text }];
}

/** The slices that lost; how many were kept and how many had too few rows. */
export function sliceLine({ slices }: WindowMeasurement): ReportLine[] {
  if (slices === undefined) return [];
  const lost = slices.filter(({ verdict }) => verdict === 'lost');
  const kept = slices.filter(({ verdict }) => verdict === 'kept').length;
  const few = slices.length - lost.length - kept;
  const named = lost.map(
    ({ name, metric, value, baseline, interval }) =>
      `${name}: ${metric} ${number(value ?? 0)}${within(interval)}, baseline ${number(baseline ?? 0)}`,
  );
  const text = [
    ...(named.length === 0 ? [] : [`worse on ${shortList(named)}`]),
    ...(kept === 0 ? [] : [`${kept} kept`]),
    ...(few === 0 ? [] : [`${few} with too few rows`]),
  ].join('; ');
  const verdict = lost.length > 0 ? 'bad' : kept > 0 ? 'ok' : 'unknown';
  return [{ subject: 'slices', verdict, text }];
}

const CRITERION: { readonly [name in FairnessCriterionName]: string } = {
  demographicParity: 'demographic parity',
  equalOpportunity: 'equal opportunity',
  equalisedOdds: 'equalised odds',
};

export function fairnessLines({ fairness = [] }: WindowMeasurement): ReportLine[] {
  return fairness.map(({ column, criterion, verdict, difference, lowest, highest, breach }) => {
    const subject = `fairness by ${column}`;
    if (verdict === 'insufficient' || difference === null) {
      return { subject, verdict: 'unknown', text: `${CRITERION[criterion]}: too few rows to tell` };
    }
    const rates = breach ?? `rates differ by ${number(difference)}`;
    const text = `${CRITERION[criterion]}: ${rates} (lowest ${lowest}, highest ${highest})`;
    return { subject, verdict: verdict === 'unfair' ? 'bad' : 'ok', text };
  });
}

/** No verdict: two versions may differ and both be good. */
export function shadowLine({ shadow }: WindowMeasurement): ReportLine[] {
  if (shadow === undefined) return [];
  const { version, rows, disagreement } = shadow;
  const text = `version ${version} answers ${percent(disagreement)} of ${rows} rows otherwise`;
  return [{ subject: 'shadow', verdict: 'ok', text }];
}
