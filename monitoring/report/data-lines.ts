import type { WindowMeasurement } from '../../contracts/index.js';
import { number, percent } from './figures.js';
import { type ReportLine, tone } from './report-line.js';

/** How many rows there are and repeat; nothing where neither is limited nor worth a word. */
export function rowLines({ volume, duplicates }: WindowMeasurement): readonly ReportLine[] {
  const lines: ReportLine[] = [];
  if (volume?.expected != null && volume.ratio !== null) {
    const isOff = volume.verdict === 'low' || volume.verdict === 'high';
    const text = `${volume.rows} rows, ${number(volume.expected)} in ${volume.windows} weeks before (${percent(volume.ratio)})`;
    lines.push({ subject: 'volume', verdict: isOff ? 'bad' : 'ok', text });
  }
  if (duplicates !== undefined && duplicates.rows > 0) {
    const { rows, share, limit } = duplicates;
    const limited = limit === null ? '' : ` (limit ${percent(limit)})`;
    const text = `${rows} rows repeat an earlier one, ${percent(share)}${limited}`;
    const isOff = limit !== null && share > limit;
    lines.push({ subject: 'repeated rows', verdict: isOff ? 'bad' : 'ok', text });
  }
  return lines;
}

/** All inputs together, outliers, and how sure the answers were. */
export function wholeLines(measurement: WindowMeasurement): readonly ReportLine[] {
  const { multivariateDrift, outliers, confidenceDrift } = measurement;
  const lines: ReportLine[] = [];
  if (multivariateDrift !== undefined) {
    const { method, statistic, threshold, pValue, verdict } = multivariateDrift;
    const limit = threshold === null ? '' : `, range to ${number(threshold)}`;
    const chance = pValue === null ? '' : `, p ${number(pValue)}`;
    const text =
      statistic === null
        ? 'too few rows to tell'
        : `${method} ${number(statistic)}${limit}${chance}`;
    lines.push({ subject: 'all inputs', verdict: tone(verdict), text });
  }
  if (outliers !== undefined) {
    const { share, limit, verdict } = outliers;
    const isKnown = verdict !== 'insufficient';
    const text = isKnown ? `${percent(share)} (limit ${percent(limit)})` : 'too few rows to tell';
    const seen = verdict === 'high' ? 'bad' : 'ok';
    lines.push({ subject: 'outliers', verdict: isKnown ? seen : 'unknown', text });
  }
  lines.push(...skewLine(measurement));
  if (confidenceDrift !== undefined) {
    const { distance, uncertaintyDistance, threshold, meanConfidence, verdict } = confidenceDrift;
    const text =
      distance === null || uncertaintyDistance === null
        ? 'too few probabilities to tell'
        : `mean ${number(meanConfidence ?? 0)}, distance ${number(distance)}, of the uncertainty ${number(uncertaintyDistance)} (limit ${number(threshold)})`;
    lines.push({ subject: 'confidence', verdict: tone(verdict), text });
  }
  return lines;
}

/** Looked-up features against their source: the worst of them. */
function skewLine({ featureSkew }: WindowMeasurement): readonly ReportLine[] {
  if (featureSkew === undefined) return [];
  const { verdict, limit, features, note } = featureSkew;
  const subject = 'feature skew';
  const [worst] = features;
  if (worst === undefined || worst.share === null) {
    return [{ subject, verdict: 'unknown', text: note ?? 'nothing was looked up' }];
  }
  const text = `${percent(worst.share)} of ${worst.view}:${worst.feature} differ (limit ${percent(limit)})`;
  return [{ subject, verdict: verdict === 'skew' ? 'bad' : 'ok', text }];
}

/** Only where it is not the version's own profile. */
export function referenceLine({ reference }: WindowMeasurement): readonly ReportLine[] {
  if (reference === undefined) return [];
  const { kind, window, rows, sha256 } = reference;
  const from =
    window === null
      ? `a data set ${sha256?.slice(0, 12) ?? ''}`
      : `${window.start.slice(0, 10)} – ${window.end.slice(0, 10)}`;
  const names = { trailing: 'the windows before', sameSeason: 'the same season', dataset: '' };
  const text = [names[kind], from, `${rows} rows`].filter((part) => part !== '').join(', ');
  return [{ subject: 'compared with', verdict: rows === 0 ? 'unknown' : 'ok', text }];
}
