import { type Explanation, isMeasured } from '../../../contracts/index.js';
import { withoutDust } from './rounding-dust.js';

/** Features that a picture has room for. */
export const MOST_FEATURES = 15;

export interface RankedFeature {
  readonly feature: string;
  /** Place in the explanation's lists. */
  readonly place: number;
  readonly importance: number;
  readonly spread: number | null;
}

/** The features, what matters most first. */
export function byImportance(explanation: Explanation): readonly RankedFeature[] {
  const { features, importance, spread } = explanation;
  const shown = withoutDust(importance);
  return features
    .map((feature, place) => ({
      feature,
      place,
      importance: shown[place] ?? 0,
      spread: spread?.[place] ?? null,
    }))
    .filter(({ feature }) => isMeasured(explanation, feature))
    .toSorted((a, b) => b.importance - a.importance);
}

/** What the importance of each method is, in words. */
export function measureOf({ method, metric, nativeKind }: Explanation): string {
  switch (method) {
    case 'shap':
    case 'kernelShap':
      return 'mean |Shapley value|';
    case 'lime':
      return 'mean |weight| of the linear models';
    case 'partialDependence':
      return 'standard deviation of the curve';
    case 'permutation':
      return `${metric ?? 'metric'} lost when shuffled`;
    case 'native':
      return nativeKind === 'coefficient'
        ? '|coefficient| per standard deviation'
        : 'share of the decrease of impurity';
  }
}
