import type { ModelSignature, VersionRecord } from '../../contracts/index.js';
import { signatureMismatches, type TablePredictions } from '../../models/inference/index.js';
import { classIndexes } from '../../models/inference/metrics/index.js';
import { LOG_COLUMN } from '../../models/predictions/ports.js';
import type { Column } from '../../storage/tabular/table.js';
import { sampleMoments } from '../drift/index.js';
import { askVersion, inputNames } from './ask-version.js';
import type { MeasureDeps } from './measure-request.js';
import { columnValues, requireColumn } from './table-columns.js';
import type { Measured, WindowContext } from './window-part.js';
import { rowsAtMost } from './window-rows.js';

/** Rows that a version in the shadow is asked; of more, so many at even steps. */
const DEFAULT_ROWS = 10_000;

/** Numbers that differ by less than this share of the served ones' standard deviation agree. */
const TOLERANCE = 0.01;

/**
 * How often the newest version above the champion answers otherwise than what was served. It is
 * asked here, on the rows of the window, so that serving bears nothing of it.
 */
export async function measureShadow(context: WindowContext): Promise<Measured> {
  const { deps, request, version, isChampion } = context;
  const { shadow } = request.spec;
  if (shadow === undefined || !isChampion) return {};
  const challenger = await newestChallenger(deps, version);
  if (challenger === null) return {};
  const rows = rowsAtMost(context.rows, shadow.maxRows ?? DEFAULT_ROWS);
  const asked = await rows.read(inputNames(challenger));
  const mismatches = signatureMismatches(challenger.content.signature, asked.columns);
  if (mismatches.length > 0) {
    const told = { model: version.model, version: challenger.version, mismatches };
    deps.logger.warn(told, 'the version in the shadow takes other inputs than were logged');
    return {};
  }
  const answers = await askVersion(deps, challenger, asked, request.signal);
  const table = await rows.read([LOG_COLUMN.prediction]);
  const served = requireColumn(table, LOG_COLUMN.prediction, 'the prediction log');
  const disagreement = disagreementOf(served, answers);
  return { shadow: { version: challenger.version, rows: rows.rows, disagreement } };
}

/** Ready, not refused by a person, and with answers of the same kind. */
async function newestChallenger(
  deps: Pick<MeasureDeps, 'registry'>,
  { model, version, content }: VersionRecord,
): Promise<VersionRecord | null> {
  const versions = await deps.registry.versions(model);
  return (
    versions.findLast(
      (other) =>
        other.version > version &&
        other.status === 'ready' &&
        other.approval !== 'rejected' &&
        answersAlike(other.content.signature, content.signature),
    ) ?? null
  );
}

function answersAlike(a: ModelSignature, b: ModelSignature): boolean {
  return a.task === b.task && a.output.kind === b.output.kind;
}

/** Share of rows answered otherwise, in [0, 1]. */
export function disagreementOf(served: Column, answers: TablePredictions): number {
  const rows = served.values.length;
  if (rows === 0) return 0;
  let others = 0;
  if (answers.task === 'classification') {
    const said = classIndexes(served, answers.classes);
    said.forEach((index, row) => {
      if (index !== answers.classIndexes[row]) others += 1;
    });
    return others / rows;
  }
  const numbers = columnValues(served, 'numeric');
  if (numbers.kind !== 'numeric') return 0;
  const { mean, variance } = sampleMoments(numbers.values);
  // Answers pass through 32 bits: of a model that always says the same, roundings are no dispute.
  const room = Math.max(TOLERANCE * Math.sqrt(variance ?? 0), Math.abs(mean) * 1e-6);
  numbers.values.forEach((value, row) => {
    if (!(Math.abs(value - (answers.values[row] ?? Number.NaN)) <= room)) others += 1;
  });
  return others / rows;
}
