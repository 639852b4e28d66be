import {
  type Consistency,
  type Explanation,
  type Faithfulness,
  isMeasured,
} from '../../../../contracts/index.js';
import {
  type ExplanationPicture,
  explanationPictures,
} from '../../../../monitoring/report/explanation-page/index.js';
import { defineSection, wanted } from '../card-section.js';
import { code, facts, number, plain, table } from '../markdown.js';

interface KeptExplanation
  extends Pick<
    Explanation,
    'method' | 'algorithm' | 'target' | 'class' | 'at' | 'seed' | 'data' | 'background' | 'notes'
  > {
  /** What matters most, first. */
  readonly features: readonly { readonly feature: string; readonly importance: number }[];
  readonly faithfulness: Faithfulness | null;
  readonly consistency: Consistency | null;
  readonly pictures: readonly ExplanationPicture[];
}

interface Explanations {
  readonly kept: readonly KeptExplanation[];
}

const FEATURES_SHOWN = 20;

/** What each feature has to do with the answers, as far as somebody had it explained and kept it. */
export const explanations = defineSection<Explanations>({
  id: 'explanations',
  title: 'Explanations',
  read: ({ since }) => {
    const kept = (since?.explanations ?? []).map(keptOf);
    return {
      content: { kept },
      missing: [wanted(kept.length === 0, 'an explanation (`millrace explain --save`)')],
    };
  },
  markdown: ({ kept }) =>
    kept.flatMap((one) => [
      `### ${one.method}${one.algorithm === one.method ? '' : ` (${one.algorithm})`}`,
      '',
      ...facts([
        ['of', one.class === null ? code(one.target) : code(`${one.target} = ${one.class}`)],
        ['rows', `${one.data.rows} (${plain(one.data.from)})`],
        ['background', `${one.background.rows} (${plain(one.background.from)})`],
        ['faithfulness', faithfulnessOf(one.faithfulness)],
        ['consistency', consistencyOf(one.consistency)],
        ['made', `${one.at}, seed ${one.seed}`],
        ...one.notes.map((note) => ['note', plain(note)] as const),
      ]),
      ...table(
        ['feature', 'importance'],
        one.features.map(({ feature, importance }) => [plain(feature), number(importance)]),
      ),
      ...one.pictures.flatMap(({ title, svg }) => [
        `![${plain(title)}](data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')})`,
        '',
      ]),
    ]),
});

function keptOf(explanation: Explanation): KeptExplanation {
  const { method, algorithm, target, at, seed, data, background, notes } = explanation;
  const { features, importance, faithfulness, consistency } = explanation;
  return {
    method,
    algorithm,
    target,
    class: explanation.class,
    at,
    seed,
    data,
    background,
    features: features
      .map((feature, i) => ({ feature, importance: importance[i] ?? 0 }))
      .filter(({ feature }) => isMeasured(explanation, feature))
      .toSorted((a, b) => b.importance - a.importance)
      .slice(0, FEATURES_SHOWN),
    faithfulness,
    consistency,
    notes,
    pictures: explanationPictures(explanation),
  };
}

function faithfulnessOf(value: Faithfulness | null): string | null {
  if (value === null) return null;
  const { removed, change, randomChange } = value;
  return `the score moves by ${number(change)} without the first ${removed}, by ${number(randomChange)} without ${removed} at random`;
}

function consistencyOf(value: Consistency | null): string | null {
  if (value === null) return null;
  return `cosine ${number(value.cosine)} between ${value.parts} parts of the data, ${number(value.least)} at the least`;
}
