import { formatEventTime, type LabelSuspect } from '../../contracts/index.js';
import { labelSuspects } from '../../monitoring/measuring/review/label-suspects.js';
import type { Cli } from '../command.js';
import { noSuchModel } from '../models/document.js';
import { findCliHome, withRegistry } from '../rooms.js';
import { suspectTable } from './view.js';

/** Labelled rows that are looked at; more of a window are sampled. */
const LOOKED_AT = 100_000;

export interface SuspectsOptions {
  readonly last: number;
  readonly limit: number;
}

/** Reads the prediction log itself: nothing has to run. DuckDB is loaded for this alone. */
export async function suspects(cli: Cli, model: string, options: SuspectsOptions): Promise<void> {
  const found = await withRegistry(await findCliHome(cli), async (registry, home) => {
    const version = (await registry.versions(model)).at(-1);
    if (version === undefined) throw noSuchModel(model, await registry.models());
    const { createPredictionReader } = await import(
      '../../models/predictions/prediction-reader.js'
    );
    const reader = createPredictionReader(home.predictionsDir);
    const { watermarkMs } = await reader.summary(model);
    if (watermarkMs === null) return { rows: 0, suspects: [] };
    const window = {
      start: formatEventTime(watermarkMs - options.last),
      end: formatEventTime(watermarkMs + 1),
    };
    const rows = await reader.rows(model, window, {
      labelled: true,
      order: 'sampled',
      limit: LOOKED_AT,
    });
    const { classes } = version.content.signature.output;
    return { rows: rows.length, suspects: labelSuspects(rows, classes) };
  });
  if (found === null) throw noSuchModel(model, []);
  tell(cli, model, found.rows, found.suspects, options.limit);
}

function tell(
  cli: Cli,
  model: string,
  rows: number,
  all: readonly LabelSuspect[],
  limit: number,
): void {
  const listed = all.slice(0, limit);
  cli.out.result({ model, labelledRows: rows, found: all.length, suspects: listed }, () => {
    if (rows === 0) return `${model} has no labelled prediction in this time`;
    if (all.length === 0) return `${rows} labelled predictions, no label that looks wrong`;
    const { columns, style } = cli.out;
    return [
      ...suspectTable(listed, columns, style),
      '',
      `${all.length} of ${rows} labels look wrong; millrace review answer ID LABEL corrects one that was reviewed, POST /labels any`,
    ].join('\n');
  });
}
