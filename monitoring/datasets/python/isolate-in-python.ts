import type { OutlierReport } from '../../../contracts/index.js';
import type { MultivariateData, OutlierOptions } from '../../drift/index.js';
import { joined } from '../../drift/multivariate/method-result.js';
import { judgedMatrices } from '../../drift/outliers/judged-matrices.js';
import { checkOutlierOptions, DEFAULT_OUTLIER_RATE } from '../../drift/outliers/outlier-options.js';
import { NOTHING_JUDGED, outlierSide } from '../../drift/outliers/outlier-side.js';
import type { PythonAccess } from './python-access.js';
import { runDriftProgram } from './run-drift-program.js';

const METHOD = 'isolation-forest';

/** Outliers by an isolation forest over data that is prepared here. */
export async function isolateInPython(
  reference: MultivariateData,
  current: MultivariateData,
  options: OutlierOptions & PythonAccess,
): Promise<OutlierReport> {
  checkOutlierOptions(options);
  const judged = judgedMatrices(reference, current);
  const expectedRate = options.rate ?? DEFAULT_OUTLIER_RATE;
  const report = { method: METHOD, columns: judged.columns, expectedRate };
  const nothing = { threshold: null, reference: NOTHING_JUDGED, current: NOTHING_JUDGED };
  if (judged.columns.length === 0) {
    const note = joined([judged.note, 'no column is on both sides with more than one value']);
    return { ...report, ...nothing, note };
  }
  const found = await runDriftProgram(
    {
      values: { method: METHOD, seed: (options.seed ?? 1) >>> 0, rate: expectedRate },
      reference: judged.reference.matrix,
      current: judged.current.matrix,
    },
    options,
  );
  const note = joined([judged.note, found.note]);
  if (found.threshold === undefined) return { ...report, ...nothing, note };
  const { threshold, referenceScores = [], currentScores = [] } = found;
  return {
    ...report,
    threshold,
    reference: outlierSide(referenceScores, threshold, judged.reference.places),
    current: outlierSide(currentScores, threshold, judged.current.places),
    note,
  };
}
