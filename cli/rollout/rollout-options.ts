import { type Command, InvalidArgumentError } from 'commander';
import {
  type AnalysisInputs,
  type MetricInputs,
  type RolloutInputs,
  RolloutProblem,
  type RolloutSpec,
  type RolloutStepInput,
  rolloutSpec,
  STRATEGIES,
} from '../../contracts/index.js';
import { suggestion } from '../../pipelines/nearest.js';
import { UsageError } from '../errors.js';
import { readCount } from '../options.js';

/** How a rollout is written on the command line. */
export interface RolloutOptions {
  readonly strategy: string;
  readonly step?: readonly string[];
  readonly pause?: string;
  /** `false` by `--no-analysis`. */
  readonly analysis: boolean;
  readonly metric?: readonly MetricInputs[];
  readonly minSamples?: number;
  readonly interval?: string;
  readonly count?: number;
  readonly timeout?: string;
  readonly split?: string;
  readonly stickyBy?: string;
  readonly seed?: string;
  readonly keep?: string;
  readonly keepChampion?: boolean;
}

export function addRolloutOptions(command: Command): Command {
  return command
    .option('--strategy <name>', STRATEGIES.join(', '), 'replace')
    .option('--step <percents>', 'of a canary, such as 10,50', readSteps)
    .option('--pause <duration>', 'of a canary, after each step; `resume`: until a person resumes')
    .option('--no-analysis', 'compare nothing')
    .option('--metric <metric>', 'NAME[:JUDGE[:MARGIN]], may be repeated', readMetric)
    .option('--min-samples <rows>', 'that each arm needs before any verdict', readCount)
    .option('--interval <duration>', 'between looks')
    .option('--count <looks>', 'that have to pass', readCount)
    .option('--timeout <duration>', 'of an analysis')
    .option('--split <percent>', 'share of the version in an A/B test')
    .option('--sticky-by <column>', 'column whose value keeps its version')
    .option('--seed <text>', 'of the assignment')
    .option('--keep <duration>', 'of blue/green: how long the version before is held ready')
    .option('--keep-champion', 'a version that passed waits for a person to promote it');
}

/** @throws UsageError when the options make no rollout */
export function rolloutOf(options: RolloutOptions): RolloutSpec {
  try {
    return rolloutSpec(inputsOf(options));
  } catch (error) {
    if (!(error instanceof RolloutProblem)) throw error;
    const near = error.key === 'strategy' ? suggestion(options.strategy, STRATEGIES) : undefined;
    throw new UsageError(error.message, near ?? 'millrace deploy --help lists the options');
  }
}

function inputsOf(options: RolloutOptions): RolloutInputs {
  const { strategy, split, stickyBy, seed, keep, keepChampion } = options;
  const analysis = analysisOf(options);
  return {
    strategy,
    ...stepsOf(options, analysis !== false),
    ...(analysis !== undefined && { analysis }),
    ...(split !== undefined && { split }),
    ...(stickyBy !== undefined && { stickyBy }),
    ...(seed !== undefined && { seed }),
    ...(keep !== undefined && { keep }),
    ...(keepChampion === true && { whenPassed: 'keep' }),
  };
}

/** `--step 10,50` looks at each share before it goes on. */
function stepsOf({ step, pause }: RolloutOptions, analyses: boolean) {
  if (step === undefined && pause === undefined) return {};
  const rest: readonly RolloutStepInput[] =
    pause === undefined ? [] : [pause === 'resume' ? 'pause' : { pause }];
  const look: readonly RolloutStepInput[] = analyses ? ['analyse'] : [];
  const steps = (step ?? ['10', '50']).flatMap((setWeight): readonly RolloutStepInput[] => [
    { setWeight },
    ...rest,
    ...look,
  ]);
  return { steps };
}

function analysisOf({
  analysis,
  metric,
  minSamples,
  interval,
  count,
  timeout,
}: RolloutOptions): AnalysisInputs | false | undefined {
  const written: AnalysisInputs = {
    ...(metric !== undefined && { metrics: metric }),
    ...(minSamples !== undefined && { minSamples }),
    ...(interval !== undefined && { interval }),
    ...(count !== undefined && { count }),
    ...(timeout !== undefined && { timeout }),
  };
  const isGiven = Object.keys(written).length > 0;
  if (analysis) return isGiven ? written : undefined;
  if (!isGiven) return false;
  throw new UsageError(
    '--no-analysis excludes what says how arms are compared',
    'drop one of them',
  );
}

function readSteps(text: string): readonly string[] {
  const steps = text.split(',').map((part) => part.trim());
  if (steps.every((part) => /^(100|\d{1,2})%?$/.test(part))) return steps;
  throw new InvalidArgumentError('it must be whole percents such as 10,50');
}

const JUDGES = ['guardrail', 'nonInferiority', 'superiority'] as const;

function readMetric(text: string, earlier: readonly MetricInputs[] = []): readonly MetricInputs[] {
  const [metric = '', judge, margin] = text.split(':');
  const known = JUDGES.find((one) => one === judge);
  const isMargin = margin === undefined || /^\d+(\.\d+)?%?$/.test(margin);
  if (metric === '' || (judge !== undefined && known === undefined) || !isMargin) {
    throw new InvalidArgumentError(
      `it must be NAME[:JUDGE[:MARGIN]], JUDGE ${JUDGES.join(', ')}, MARGIN a number or a share such as 5%`,
    );
  }
  return [
    ...earlier,
    {
      metric,
      ...(known !== undefined && { judge: known }),
      ...(margin !== undefined && { margin: margin.endsWith('%') ? margin : Number(margin) }),
    },
  ];
}
