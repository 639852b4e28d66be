import type { ImportanceEvaluator, SearchImportance } from '../../../contracts/index.js';
import { formatNumber } from '../drift-page/numbers.js';
import { type Markup, markup } from '../page/markup.js';

/** What each evaluator does, for those who ask. */
export const METHOD: { readonly [Evaluator in ImportanceEvaluator]: string } = {
  shapleyEffects:
    'the variance, over the whole space, of a random forest that learned the scores, shared out among all parameters: what each does by itself and an equal part of what it does together with others (Shapley effects; Owen, 2014), 1 in all.',
  epsilonSquared:
    'ε² (Kelley, 1935): the share of the variance of the scores that a parameter explains by itself, over the values of a choice or up to five parts of a range.',
};

/**
 * How importance was told, and what is to be said of it.
 *
 * @example aboutImportance({ evaluator: 'shapleyEffects', shares, trials: 40, fit: 0.91, note: null });
 * // 'Shapley effects of a forest of 40 scores, R² 0.91 on trials that it did not see'
 */
export function aboutImportance({ evaluator, trials, fit, note }: SearchImportance): string {
  const by =
    evaluator === 'epsilonSquared'
      ? `ε² of ${trials} scores`
      : fit === null
        ? null
        : `Shapley effects of a forest of ${trials} scores, R² ${fit.toFixed(2)} on trials that it did not see`;
  return [by, note].filter((part) => part !== null).join('; ');
}

export function importanceSection(importance: SearchImportance): Markup {
  const rows = importance.shares.map(
    ({ parameter, share }) =>
      markup`<tr><th scope="row">${parameter}</th><td>${share === null ? 'not known' : `${formatNumber(share * 100)} %`}</td><td class="bar">${share === null ? null : markup`<svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"><rect width="${formatNumber(share * 100)}" height="10"/></svg>`}</td></tr>\n`,
  );
  return markup`<section><h2>Importance</h2><table><thead><tr><th>parameter</th><th>share</th><th></th></tr></thead><tbody>${rows}</tbody></table><p>${aboutImportance(importance)}</p></section>`;
}
