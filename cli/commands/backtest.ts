import { join, resolve } from 'node:path';
import { chooseStrategies } from '../../backtest/strategies/choose-strategies.js';
import { type BacktestDocument, MillraceError } from '../../contracts/index.js';
import { cacheDirectory } from '../../setup/places.mjs';
import {
  type BacktestOptions,
  checkCompare,
  DEFAULT_COMPARE,
  readCompare,
  readDrifts,
  readDuration,
  readPrice,
  readSeed,
  readTrainShare,
} from '../backtest/options.js';
import { writeBacktestPage, writeBacktestPictures } from '../backtest/page-file.js';
import { checkPlaces } from '../backtest/places.js';
import { loadPolicies } from '../backtest/policies.js';
import { backtestProgress } from '../backtest/progress.js';
import { backtestWords } from '../backtest/words.js';
import type { Cli, DefineCommand } from '../command.js';
import { EXIT } from '../errors.js';
import { readCount, readEventTime, readParam } from '../options.js';
import { type LoadedPipeline, loadPipeline } from '../pipelines/load-pipeline.js';
import { millracePython } from '../statistics/millrace-python.js';
import { readVersion } from '../version.js';

export const define: DefineCommand = (command, cli) => {
  command
    .argument('<file>', 'pipeline file with a monitor block')
    .requiredOption('--data <file>', 'history with inputs, target and event time')
    .option(
      '--every <duration>',
      'length of a window (default: as the monitor has it)',
      readDuration,
    )
    .option('--from <time>', 'first moment that is replayed', readEventTime)
    .option('--policy <file>', 'named changes of the monitor block to compare too')
    .option(
      '--compare <a,b>',
      'never, daily, weekly, fortnightly, monthly, every:14d, …',
      readCompare,
      DEFAULT_COMPARE,
    )
    .option('--drifts <times>', 'when the data is known to have drifted: a,b,…', readDrifts, [])
    .option('--price <n>', 'of one second of training', readPrice, 1)
    .option('--param <name=value>', 'parameter of the first run; may be repeated', readParam)
    .option('--html <file>', 'write the comparison as a page of its own')
    .option('--svg <directory>', "write the page's pictures as files")
    .option('--cache <directory>', 'where trainings are kept between runs')
    .option('--tune', 'search thresholds and guards for the best trade-off')
    .option('--trials <n>', 'settings that --tune tries', readCount, 24)
    .option('--train-share <s>', 'share of the windows that --tune chooses on', readTrainShare, 0.6)
    .option(
      '--retrain-weight <w>',
      'what retraining in every window is worth, of the error of never',
      readPrice,
      0.05,
    )
    .option('--max-time <duration>', 'no trial of --tune begins after it', readDuration, 600_000)
    .option('--seed <n>', 'of the order in which --tune tries settings', readSeed, 1)
    .action(async (file: string, options: BacktestOptions) => {
      const signal = cli.catchInterrupts();
      try {
        await backtest(cli, file, options, signal);
      } catch (error) {
        if (!signal.aborted) throw error;
        cli.out.note('interrupted; what was trained is kept for the next time');
        cli.exitCode = EXIT.interrupted;
      }
    });
};

async function backtest(
  cli: Cli,
  file: string,
  options: BacktestOptions,
  signal: AbortSignal,
): Promise<void> {
  const loaded = await loadPipeline(cli, file);
  const plan = monitoredPlan(loaded, file);
  const variants =
    options.policy === undefined
      ? []
      : await loadPolicies(cli, options.policy, { file, baseDirectory: loaded.baseDirectory });
  checkCompare(
    options.compare,
    variants.map(({ name }) => name),
  );
  await checkPlaces(options, file);
  const progress = backtestProgress(cli.out);
  // DuckDB and the ONNX runtime take a while to load: a wrong option is told before.
  const { runBacktest } = await import('../../backtest/index.js');
  let document: BacktestDocument;
  try {
    document = await runBacktest({
      pipeline: {
        plan,
        planHash: loaded.planHash,
        baseDirectory: loaded.baseDirectory,
        params: { ...options.param },
      },
      data: { path: resolve(cli.cwd, options.data), source: options.data },
      everyMs: options.every ?? plan.monitor.window.everyMs,
      fromMs: options.from === undefined ? null : Date.parse(options.from),
      strategies: (monitor) => chooseStrategies({ compare: options.compare, variants }, monitor),
      pricePerSecond: options.price,
      driftsMs: options.drifts,
      tune: options.tune === true ? tuneOptions(options) : null,
      cacheDirectory: resolve(cli.cwd, options.cache ?? join(cacheDirectory(cli.env), 'backtest')),
      python: millracePython(cli.env),
      release: readVersion(),
      signal,
      onProgress: progress.show,
    });
  } finally {
    progress.clear();
  }
  if (options.html !== undefined) await writeBacktestPage(options.html, document);
  if (options.svg !== undefined) await writeBacktestPictures(options.svg, document);
  cli.out.result(document, () =>
    backtestWords(document, cli.out.columns, cli.out.style).join('\n'),
  );
}

function tuneOptions({ seed, trials, trainShare, retrainWeight, maxTime }: BacktestOptions) {
  return { seed, trials, trainShare, retrainWeight, maxSeconds: maxTime / 1_000 };
}

function monitoredPlan({ plan }: LoadedPipeline, file: string) {
  const { model, monitor } = plan;
  if (model !== null && monitor !== null) return { ...plan, model, monitor };
  throw new MillraceError(
    'InvalidInput',
    `${file} has no ${model === null ? 'model' : 'monitor'}: there is no policy to replay`,
    'add model: <name> and a monitor block; docs/monitoring.md has one to start from',
  );
}
