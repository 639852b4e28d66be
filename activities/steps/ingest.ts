import { join, resolve } from 'node:path';
import {
  DATA_FORMATS,
  type DataFormat,
  formatEventTime,
  isTimeWindow,
  type JsonValue,
  MEDIA_TYPE,
  MillraceError,
  parseEventTimeMs,
} from '../../contracts/index.js';
import {
  columnStatistics,
  ingestTable,
  openTableFile,
  TIME_COLUMN_KEY,
} from '../../storage/tabular/index.js';
import type { StepWork, StepWorkContext } from '../step-work.js';
import { withScratchDirectory } from './scratch-directory.js';
import { optionalText, optionalTexts, requiredText } from './step-inputs.js';

/**
 * Reads a file of Parquet, CSV or NDJSON into a table ordered by event time: the artifacts `data` and
 * `source` (the file as it was), the values `rows` and, where there is a time column, `from` and `to`
 * (first and last event time).
 */
export const ingest: StepWork = async (context) => {
  const { deps, task, signal, logger } = context;
  const source = resolve(task.run.baseDirectory, requiredText(context, 'source'));
  const format = readFormat(context);
  const time = optionalText(context, 'time');
  const where = optionalText(context, 'where');
  const columns = optionalTexts(context, 'columns');
  const fromMs = readMoment(context, 'from');
  const toMs = readMoment(context, 'to');
  if (fromMs !== undefined && toMs !== undefined && fromMs >= toMs) {
    throw new MillraceError(
      'InvalidInput',
      `step ${context.step.id}: with.from (${formatEventTime(fromMs)}) is not before with.to (${formatEventTime(toMs)})`,
      'rows are taken from `from` up to, but not including, `to`',
    );
  }
  const excludeMs = readExclude(context);
  return withScratchDirectory(context, async (directory) => {
    const destination = join(directory, 'data.parquet');
    const table = await ingestTable({
      source,
      destination,
      signal,
      ...(format !== undefined && { format }),
      ...(time !== undefined && { time }),
      ...(where !== undefined && { where }),
      ...(columns !== undefined && { columns }),
      ...(fromMs !== undefined && { fromMs }),
      ...(toMs !== undefined && { toMs }),
      excludeMs,
    });
    const values: Record<string, JsonValue> = { rows: table.rows };
    const timeColumn = table.metadata[TIME_COLUMN_KEY];
    if (timeColumn !== undefined) {
      const { min, max } = await columnStatistics(destination, timeColumn, { signal });
      if (min !== null) values['from'] = formatEventTime(min);
      if (max !== null) values['to'] = formatEventTime(max);
    }
    const data = await deps.artifacts.putFile(destination, MEDIA_TYPE.parquet);
    // What is overwritten later is still there by its digest.
    const file = await openTableFile(source, format);
    const kept = await deps.artifacts.putFile(source, MEDIA_TYPE[file.format]);
    logger.info({ source, ...values }, 'ingested');
    return { outputs: { values, artifacts: { data, source: kept }, metrics: {} } };
  });
};

function readFormat(context: StepWorkContext): DataFormat | undefined {
  const text = optionalText(context, 'format');
  const format = DATA_FORMATS.find((known) => known === text);
  if (text === undefined || format !== undefined) return format;
  throw new MillraceError(
    'InvalidInput',
    `step ${context.step.id}: with.format ${text} is not a format`,
    `there are: ${DATA_FORMATS.join(', ')}`,
  );
}

/** Checked where it is made: by the model's workflow, of windows that were measured. */
function readExclude({ inputs }: StepWorkContext): readonly (readonly [number, number])[] {
  const ranges = Array.isArray(inputs['exclude']) ? inputs['exclude'] : [];
  return ranges.filter(isTimeWindow).map(({ start, end }) => [Date.parse(start), Date.parse(end)]);
}

function readMoment(context: StepWorkContext, key: 'from' | 'to'): number | undefined {
  const text = optionalText(context, key);
  if (text === undefined) return undefined;
  const ms = parseEventTimeMs(text);
  if (ms !== null) return ms;
  throw new MillraceError(
    'InvalidInput',
    `step ${context.step.id}: with.${key} ${JSON.stringify(text)} is not a time`,
    'write a date such as 2011-07-01 or a time such as 2011-07-01T05:00:00Z',
  );
}
