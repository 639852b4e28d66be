import {
  isMillraceError,
  type SearchImportance,
  type TuningHistory,
} from '../../contracts/index.js';
import { type RankingPython, rankParameters } from './rank-parameters.js';

/** A forest that learned from fewer trials tells chance. */
const LEAST_TRIALS = 6;
/** A forest that foretells less of the trials that it did not see is a hint at most. */
const FAIR_FIT = 0.3;

/**
 * What the scores of a search hang on: by a forest, seeded as the search was. Where Python is not there
 * or fails, by what the search itself knows, and it is said so.
 *
 * @throws the signal's reason when it was aborted
 */
export async function searchImportance(
  history: TuningHistory,
  python: RankingPython,
): Promise<SearchImportance> {
  const { trials, seed } = history;
  const scored = trials.flatMap(({ params, score }) => (score === null ? [] : [{ params, score }]));
  const unknown = (note: string): SearchImportance => ({
    evaluator: 'shapleyEffects',
    shares: history.importance.map(({ parameter }) => ({ parameter, share: null })),
    trials: scored.length,
    fit: null,
    note,
  });
  if (scored.length < LEAST_TRIALS) {
    return unknown(
      `${scored.length} of ${trials.length} trials have a score; it takes ${LEAST_TRIALS}`,
    );
  }
  try {
    const { shares, fit } = await rankParameters(
      { space: history.space, trials: scored, seed },
      python,
    );
    if (fit === null) return unknown('all scores are equal, or no parameter had two values');
    if (fit <= 0) return unknown(`${scored.length} scores do not tell what they hang on`);
    const note =
      fit < FAIR_FIT ? `rough: ${scored.length} scores tell little of what they hang on` : null;
    return { evaluator: 'shapleyEffects', shares, trials: scored.length, fit, note };
  } catch (error) {
    if (!isMillraceError(error)) throw error;
    const hint = error.hint === undefined ? '' : `; ${error.hint}`;
    return {
      evaluator: 'epsilonSquared',
      shares: history.importance,
      trials: scored.length,
      fit: null,
      note: `each by itself, since the forest needs Python: ${error.message}${hint}`,
    };
  }
}
