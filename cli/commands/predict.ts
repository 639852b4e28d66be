import { extname } from 'node:path';
import { InvalidArgumentError, Option } from 'commander';
import {
  ALIAS_PATTERN,
  BAD_ROW_ACTIONS,
  type BadRowAction,
  DATA_FORMATS,
  type DataFormat,
  MillraceError,
  NAME_PATTERN,
  parseDurationMs,
} from '../../contracts/index.js';
import { logOfJob, type VersionWanted, versionOfJob } from '../../models/batch/batch-model.js';
import { openJobFeatures } from '../../models/batch/features/job-features.js';
import { createLocalArtifactStore } from '../../storage/artifacts/local-store.js';
import type { Cli, DefineCommand } from '../command.js';
import { UsageError } from '../errors.js';
import { noSuchModel } from '../models/document.js';
import { withModelServers } from '../models/model-servers.js';
import { readVersionName } from '../options.js';
import { predictBatch } from '../predict/batch.js';
import { predictFollowing } from '../predict/follow.js';
import { findCliHome, withRegistry } from '../rooms.js';
import { readColumnNames } from '../statistics/column-names.js';

const WAIT_MS = 600_000;

interface PredictOptions {
  readonly input?: string;
  readonly output?: string;
  readonly format?: DataFormat;
  readonly outputFormat?: DataFormat;
  readonly columns?: readonly string[];
  readonly id?: string;
  readonly onBadRow: BadRowAction;
  readonly follow?: string;
  readonly checkpoint?: string;
  readonly untilEnd?: true;
  readonly wait: number;
  readonly log?: true;
}

export const define: DefineCommand = (command, cli) => {
  command
    .argument('<model>', 'NAME for the champion, NAME@VERSION or NAME@ALIAS')
    .option('--input <file>', 'rows to predict for: Parquet, CSV or NDJSON')
    .option('--follow <source>', 'a growing NDJSON file, or redis://HOST/STREAM?group=NAME')
    .option('--checkpoint <file>', 'with --follow: how far it has come; default beside the output')
    .addOption(
      new Option(
        '--wait <time>',
        'with --follow: how long what is away is waited for, 0s: not at all',
      )
        .argParser(readWait)
        .default(WAIT_MS, '10m'),
    )
    .option('--until-end', 'with --follow: end when all that is there is predicted for')
    .option(
      '--output <file>',
      'the rows with their predictions; by its name Parquet, CSV or NDJSON',
    )
    .addOption(formatOption('--format <format>', 'of the input, where its name does not say'))
    .addOption(formatOption('--output-format <format>', 'of the output, the same'))
    .option('--log', 'with --input: keep the predictions in the prediction log too, for monitors')
    .option('--columns <names>', 'columns of the input to keep: a,b; default all', readColumnNames)
    .option('--id <column>', 'keep this column first; without --columns no other')
    .addOption(
      new Option('--on-bad-row <action>', 'what becomes of a row that the model cannot take')
        .choices([...BAD_ROW_ACTIONS])
        .default('fail'),
    )
    .action((model: string, options: PredictOptions) => predict(cli, model, options));
};

function formatOption(flags: string, description: string): Option {
  return new Option(flags, description).choices([...DATA_FORMATS]);
}

async function predict(cli: Cli, name: string, options: PredictOptions): Promise<void> {
  const { input, follow, output } = options;
  if (output === undefined || (input === undefined) === (follow === undefined)) {
    throw new UsageError(
      'it needs --output FILE, and either --input FILE or --follow SOURCE',
      'millrace predict coffee --input orders.parquet --output predicted.parquet',
    );
  }
  if (options.log === true && input === undefined) {
    throw new UsageError('--log goes with --input', 'predict a whole file with it');
  }
  const { model, version } = readModel(name);
  await withRegistry(await findCliHome(cli), async (registry, home) => {
    const known = await registry.models();
    if (!known.includes(model)) throw noSuchModel(model, known);
    const artifacts = createLocalArtifactStore(home.artifactsDir);
    await withModelServers(cli, home, artifacts, async (servers) => {
      const deps = { artifacts, servers };
      const { onBadRow } = options;
      const columns = keptColumns(options);
      if (follow !== undefined) {
        const { checkpoint = null, untilEnd = false } = options;
        const following = { source: follow, output, checkpoint, untilEnd, waitMs: options.wait };
        const asked = { model, version, columns, onBadRow };
        const features = { artifacts, home, env: cli.env };
        await predictFollowing(cli, registry, { ...deps, features }, { ...asked, ...following });
      } else if (input !== undefined) {
        const outputFormat = options.outputFormat ?? formatOf(output);
        const inputFormat = options.format ?? null;
        const record = await versionOfJob(registry, model, version);
        const files = { input, inputFormat, output, outputFormat };
        const log = options.log === true ? await logOfJob(artifacts, home, record) : null;
        const features = await openJobFeatures({ artifacts, home, env: cli.env }, record);
        const given = { ...files, columns, onBadRow, log, features };
        await predictBatch(cli, deps, record, given).finally(() => features?.close());
      }
    });
    return model;
  }).then((done) => {
    if (done === null) throw noSuchModel(model, []);
  });
}

function readWait(text: string): number {
  const ms = parseDurationMs(text);
  if (ms === null) throw new InvalidArgumentError('it must be a time such as 10m or 30s');
  return ms;
}

/** @throws UsageError for what names no model */
function readModel(text: string): { readonly model: string; readonly version: VersionWanted } {
  const [, model = '', alias = ''] = /^([^@]+)@([^@]+)$/.exec(text) ?? [];
  const isAlias = ALIAS_PATTERN.test(alias) && !/^v?\d+$/.test(alias);
  if (NAME_PATTERN.test(model) && isAlias) return { model, version: alias };
  if (text.includes('@')) return readVersionName(text);
  if (NAME_PATTERN.test(text)) return { model: text, version: null };
  throw new UsageError(`${text} does not name a model`, 'millrace models lists the names');
}

function keptColumns({ columns, id }: PredictOptions): readonly string[] | null {
  if (id === undefined) return columns ?? null;
  return [id, ...(columns ?? []).filter((column) => column !== id)];
}

const FORMAT_OF_EXTENSION: Readonly<Record<string, DataFormat>> = {
  '.parquet': 'parquet',
  '.pq': 'parquet',
  '.csv': 'csv',
  '.ndjson': 'ndjson',
  '.jsonl': 'ndjson',
};

function formatOf(output: string): DataFormat {
  const format = FORMAT_OF_EXTENSION[extname(output).toLowerCase()];
  if (format !== undefined) return format;
  throw new MillraceError(
    'InvalidInput',
    `the name ${output} does not say what to write`,
    'call it .parquet, .csv or .ndjson, or give --output-format',
  );
}
