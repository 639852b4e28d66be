import { MillraceError, type WindowMeasurement } from '../../contracts/index.js';
import { storeHistograms } from './histograms.js';
import { inputsSinceDeploy } from './inputs-since-deploy.js';
import { loggedColumns } from './logged-columns.js';
import { measureFeatures } from './measure-features.js';
import { outcomesOf } from './measure-outcomes.js';
import { measurePredictions } from './measure-predictions.js';
import { duplicatesOf, rowBreaches } from './measure-quality.js';
import type { MeasureDeps, MeasureRequest } from './measure-request.js';
import { measureVolume } from './measure-volume.js';
import { measureWorth } from './measure-worth.js';
import { MOST_NAMES, shortened, storeDetails } from './measurement-details.js';
import { windowContext } from './window-context.js';
import type { WindowContext } from './window-part.js';
import { WINDOW_PARTS } from './window-parts.js';

/**
 * Measures a closed window: one measurement for each version that served in it, ascending. Rows of a
 * version that was registered without a profile are not measured.
 *
 * @returns empty when the window has no rows
 * @throws MillraceError `NotFound` when the champion is not in the registry
 */
export async function measureWindow(
  deps: MeasureDeps,
  request: MeasureRequest,
): Promise<readonly WindowMeasurement[]> {
  const { model, window, champion } = request;
  const championRecord = await deps.registry.version(model, champion.version);
  if (championRecord === null) {
    throw new MillraceError('NotFound', `there is no version ${champion.version} of ${model}`);
  }
  const columns = loggedColumns(championRecord.content, request.spec);
  const opened = await deps.predictions.openWindow(model, window, columns, request.signal);
  try {
    const outcomes = await deps.predictions.outcomes(model, window);
    const rowsOfAllVersions = opened.versions.reduce((sum, { rows }) => sum + rows, 0);
    const measurements: WindowMeasurement[] = [];
    for (const served of opened.versions) {
      const version =
        served.version === champion.version
          ? championRecord
          : await deps.registry.version(model, served.version);
      if (served.rows === 0) continue;
      if (version === null || version.profile === null) {
        deps.logger.warn(
          { model, version: served.version },
          'rows of a version without a profile: not measured',
        );
        continue;
      }
      const of = { rows: served, rowsOfAllVersions, columns };
      const context = await windowContext(deps, request, version, of);
      try {
        const measured = await measureVersion(context);
        measurements.push({ ...measured, ...outcomesOf(outcomes, served.version) });
      } finally {
        await context.reference.close();
      }
    }
    return measurements;
  } finally {
    await opened.close();
  }
}

async function measureVersion(context: WindowContext): Promise<WindowMeasurement> {
  const { deps, request, version, rows, labelled, pause } = context;
  const { model, window, spec } = request;
  const features = await measureFeatures(context);
  await pause();
  const duplicates = duplicatesOf(features.repeatedRows, rows.rows, spec.quality);
  const volume = await measureVolume(deps, model, window, context.rowsOfAllVersions, spec);
  const breaches = [...features.breaches, ...rowBreaches(duplicates, volume)];
  const since = await inputsSinceDeploy(context);
  let measured: Omit<WindowMeasurement, 'details'> = {
    model,
    version: version.version,
    window,
    rows: rows.rows,
    labelledRows: labelled.rows,
    profile: context.profile.ref,
    ...(context.reference.used !== null && { reference: context.reference.used }),
    quality: { breaches: breaches.slice(0, MOST_NAMES) },
    ...(volume !== undefined && { volume }),
    duplicates,
    featureDrift: spec.drift.features === null ? null : shortened(features.drift),
    predictionDrift: await measurePredictions(context),
    ...(await measureWorth(context)),
    inputsSinceDeploy: since === null ? null : shortened(since.drift),
    windowsSinceDeploy: context.windowsSinceDeploy,
    histograms: await storeHistograms(context, features.histograms),
  };
  for (const part of WINDOW_PARTS) {
    await pause();
    measured = { ...measured, ...(await part(context, measured)) };
  }
  const details = await storeDetails(deps, window, { ...features, breaches }, since);
  return { ...measured, details };
}
