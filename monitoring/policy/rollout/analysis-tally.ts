import type { AnalysisSpec, AnalysisVerdict } from '../../../contracts/index.js';

/** What the looks of one analysis came to so far. */
export interface AnalysisTally {
  /** Looks that had enough rows to say anything. */
  readonly measured: number;
  readonly passes: number;
  readonly fails: number;
  readonly inconclusive: number;
  readonly errorsInRow: number;
  readonly last: AnalysisVerdict | null;
}

export const NO_LOOKS: AnalysisTally = {
  measured: 0,
  passes: 0,
  fails: 0,
  inconclusive: 0,
  errorsInRow: 0,
  last: null,
};

export function afterLook(tally: AnalysisTally, verdict: AnalysisVerdict): AnalysisTally {
  const measured = verdict === 'pass' || verdict === 'fail' || verdict === 'inconclusive';
  return {
    measured: tally.measured + (measured ? 1 : 0),
    passes: tally.passes + (verdict === 'pass' ? 1 : 0),
    fails: tally.fails + (verdict === 'fail' ? 1 : 0),
    inconclusive: tally.inconclusive + (verdict === 'inconclusive' ? 1 : 0),
    errorsInRow: verdict === 'error' ? tally.errorsInRow + 1 : 0,
    last: verdict,
  };
}

export interface AnalysisEnd {
  readonly passed: boolean;
  /** Why it ended, as the end of a sentence. */
  readonly why: string;
}

/**
 * Whether an analysis is over. It passes only by a look that said so: no data, an error or a doubt
 * promotes nothing, however long it lasts.
 *
 * @param timeIsUp - `timeoutMs` has passed
 * @returns `null` while it goes on
 */
export function endOfAnalysis(
  tally: AnalysisTally,
  spec: Pick<
    AnalysisSpec,
    'count' | 'failureLimit' | 'inconclusiveLimit' | 'consecutiveErrorLimit'
  >,
  timeIsUp: boolean,
): AnalysisEnd | null {
  const over = (why: string): AnalysisEnd => ({ passed: false, why });
  const { measured, passes, fails, inconclusive, errorsInRow, last } = tally;
  if (fails > spec.failureLimit) {
    return over(`${fails} of ${measured} looks failed (limit ${spec.failureLimit})`);
  }
  if (spec.inconclusiveLimit !== null && inconclusive > spec.inconclusiveLimit) {
    return over(`${inconclusive} looks were inconclusive (limit ${spec.inconclusiveLimit})`);
  }
  if (errorsInRow > spec.consecutiveErrorLimit) {
    return over(
      `the arms could not be measured ${errorsInRow} times in a row (limit ${spec.consecutiveErrorLimit})`,
    );
  }
  const isEnough = last === 'pass' && passes >= spec.count;
  if (!isEnough && !timeIsUp) return null;
  const after = `after ${measured} ${measured === 1 ? 'look' : 'looks'}`;
  if (last === 'pass') return { passed: true, why: after };
  if (measured === 0) return over('the time was up before there was enough to measure');
  return over(`nothing was shown when the time was up, ${after} (the last: ${last})`);
}
