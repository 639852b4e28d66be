import type {
  ChampionComparison,
  GateResult,
  JsonObject,
  Metrics,
  StepRecord,
} from '../../../../contracts/index.js';
import type { CardFacts } from '../card-facts.js';
import { defineSection, required, wanted } from '../card-section.js';
import { code, facts, metrics, number, plain, table } from '../markdown.js';

interface Experiment {
  /** Step that trained it; `null` where the run does not tell. */
  readonly step: string | null;
  readonly algorithm: string | null;
  readonly hyperparameters: JsonObject;
  readonly seed: number | null;
  /** On the hold-out. */
  readonly metrics: Metrics;
  readonly isChosen: boolean;
}

interface Experiments {
  readonly compared: readonly Experiment[];
  /** What the best was chosen by. */
  readonly primaryMetric: string | null;
  readonly why: string | null;
  readonly gate: GateResult | null;
  /** The champion of that time on the same hold-out. */
  readonly champion: { readonly version: number; readonly metrics: Metrics } | null;
  readonly comparison: ChampionComparison | null;
}

/** Which models were compared and why this one was taken. */
export const experiments = defineSection<Experiments>({
  id: 'experiments',
  title: 'Experiments, and why this one',
  read(known) {
    const { evaluation } = known.record.content;
    const values = evaluateStep(known)?.outcome?.outputs.values ?? {};
    const primaryMetric =
      typeof values['primaryMetric'] === 'string' ? values['primaryMetric'] : null;
    const compared = experimentsOf(known, values['candidates'], values['bestIndex']);
    return {
      content: {
        compared,
        primaryMetric,
        why: whyOf(compared, primaryMetric),
        gate: evaluation?.gate ?? null,
        champion: evaluation?.champion ?? null,
        comparison: evaluation?.comparison ?? null,
      },
      missing: [
        required(evaluation === null, 'an evaluation on a hold-out'),
        wanted(evaluation !== null && compared.length === 0, 'the candidates that were compared'),
        wanted(evaluation !== null && evaluation.gate === null, 'a gate (`gate` of `evaluate`)'),
        wanted(
          evaluation !== null &&
            evaluation.champion !== null &&
            evaluation.comparison === undefined,
          'a comparison with the champion row by row',
        ),
      ],
    };
  },
  markdown: ({ compared, why, gate, champion, comparison }) => [
    ...facts([
      ['Why this one', why === null ? null : plain(why)],
      ['Gate', gate === null ? null : gateInWords(gate)],
      [
        'Champion then',
        champion === null ? null : `version ${champion.version}: ${metrics(champion.metrics)}`,
      ],
      ['Against the champion', comparison === null ? null : plain(comparison.reason)],
    ]),
    ...table(
      ['trained by', 'algorithm', 'hyperparameters', 'hold-out', 'chosen'],
      compared.map(({ step, algorithm, hyperparameters, metrics: measured, isChosen }) => [
        plain(step ?? 'not known'),
        plain(algorithm ?? 'not known'),
        code(JSON.stringify(hyperparameters)),
        metrics(measured),
        isChosen ? 'yes' : '',
      ]),
    ),
  ],
});

function evaluateStep({ steps }: CardFacts): StepRecord | undefined {
  return steps.findLast(({ kind }) => kind === 'evaluate');
}

/** The metrics are in the order of the models that `evaluate` was given, which its `with` names. */
function experimentsOf(
  known: CardFacts,
  candidates: unknown,
  bestIndex: unknown,
): readonly Experiment[] {
  if (!Array.isArray(candidates)) return [];
  const order = modelsOf(known);
  return candidates.map((measured: Metrics, index) => {
    const name = order[index];
    const found =
      known.candidates.find(({ step }) => step === name) ??
      (candidates.length === 1 ? known.candidates[0] : undefined);
    return {
      step: found?.step ?? name ?? null,
      algorithm: found?.manifest.algorithm ?? null,
      hyperparameters: found?.manifest.hyperparameters ?? {},
      seed: found?.manifest.seed ?? null,
      metrics: measured,
      isChosen: index === bestIndex,
    };
  });
}

const STEP_OUTPUT = /steps(?:\.([\w-]+)|\[["']([\w-]+)["']\])\.\w+/g;

function modelsOf(known: CardFacts): readonly string[] {
  const id = evaluateStep(known)?.stepId;
  const models = known.plan?.steps.find((step) => step.id === id)?.with['models'];
  return [
    ...JSON.stringify(models ?? null)
      .replaceAll('\\"', "'")
      .matchAll(STEP_OUTPUT),
  ].flatMap(([, plainName, quoted]) => plainName ?? quoted ?? []);
}

function whyOf(compared: readonly Experiment[], metric: string | null): string | null {
  const chosen = compared.find(({ isChosen }) => isChosen)?.metrics;
  if (metric === null || chosen?.[metric] === undefined) return null;
  const others = compared.flatMap(({ isChosen, metrics: { [metric]: value } }) =>
    isChosen || value === undefined ? [] : [number(value)],
  );
  const own = `its ${metric} on the hold-out is ${number(chosen[metric])}`;
  return others.length === 0
    ? `the only candidate; ${own}`
    : `the best by ${metric}: ${own}, the others' ${others.join(', ')}`;
}

function gateInWords({ expression, passed, reason, overrideReason }: GateResult): string {
  const result = passed ? 'passed' : `did not pass: ${plain(reason)}`;
  const override = overrideReason === undefined ? '' : `; overridden: ${plain(overrideReason)}`;
  return `${code(expression)} ${result}${override}`;
}
