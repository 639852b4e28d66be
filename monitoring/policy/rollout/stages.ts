import type { AnalysisSpec, RolloutSpec } from '../../../contracts/index.js';

/** What a rollout does one after the other, whatever its strategy. */
export type RolloutStage =
  /** The stored example is asked of the version, before it has any traffic. */
  | { readonly kind: 'smoke' }
  | {
      /** Share of the challenger; 0 holds it ready. */
      readonly kind: 'share';
      readonly weightPercent: number;
      /** It is given a copy of each request, and answers nobody. */
      readonly shadow: boolean;
    }
  /** `null`: until a person resumes. */
  | { readonly kind: 'pause'; readonly durationMs: number | null }
  | { readonly kind: 'analyse'; readonly analysis: AnalysisSpec }
  | { readonly kind: 'end' };

/**
 * The stages of a rollout. The first is a smoke request, the last always the end: a canary whose last share is below 100
 * promotes all the same.
 *
 * @example stagesOf({ ...spec, strategy: 'shadow', analysis: null }).map(({ kind }) => kind); // ['smoke', 'share', 'end']
 */
export function stagesOf(spec: RolloutSpec): readonly RolloutStage[] {
  return [{ kind: 'smoke' }, ...stagesWithTraffic(spec), { kind: 'end' }];
}

function stagesWithTraffic(spec: RolloutSpec): readonly RolloutStage[] {
  const { strategy, steps, analysis, splitPercent } = spec;
  const analysed: RolloutStage[] = analysis === null ? [] : [{ kind: 'analyse', analysis }];
  switch (strategy) {
    case 'replace':
      return [];
    case 'canary':
      return steps.map(canaryStage);
    case 'abTest':
      return [share(splitPercent), ...analysed];
    case 'shadow':
      return [share(0, true), ...analysed];
    case 'blueGreen':
      // What answers nobody shows nothing; a copy of the requests does.
      return [share(0, analysis !== null), ...analysed];
  }
}

function canaryStage(step: RolloutSpec['steps'][number]): RolloutStage {
  switch (step.kind) {
    case 'setWeight':
      return share(step.weightPercent);
    case 'pause':
      return step;
    case 'analyse':
      return step;
  }
}

function share(weightPercent: number, shadow = false): RolloutStage {
  return { kind: 'share', weightPercent, shadow };
}
