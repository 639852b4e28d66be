export type Answer = number | string | boolean;

/** What several answers to the same question come to. */
export interface Majority {
  readonly prediction: Answer;
  /** Share of the answers that say so, in (0, 1]. */
  readonly confidence: number;
  /** Share of each of these classes, in their order; absent where no classes are named. */
  readonly probabilities?: readonly number[];
}

/**
 * The commonest answer and its share. Of answers that are as common, the one that was given to an
 * earlier asking.
 *
 * @param answers - in the order of the askings, at least one
 * @param classes - all that may be answered; absent: anything
 * @example majorityOf(['yes', 'no', 'yes']); // { prediction: 'yes', confidence: 0.667 }
 * @example majorityOf(['b', 'a', 'a', 'b']); // { prediction: 'b', confidence: 0.5 }
 */
export function majorityOf(
  answers: readonly [Answer, ...Answer[]],
  classes?: readonly Answer[],
): Majority {
  // A map keeps the order of first answers: of equal counts the first one stays.
  const votes = new Map<Answer, number>();
  for (const answer of answers) votes.set(answer, (votes.get(answer) ?? 0) + 1);
  let [prediction] = answers;
  for (const [answer, count] of votes) {
    if (count > (votes.get(prediction) ?? 0)) prediction = answer;
  }
  const shareOf = (answer: Answer): number => (votes.get(answer) ?? 0) / answers.length;
  return {
    prediction,
    confidence: shareOf(prediction),
    ...(classes !== undefined && { probabilities: classes.map(shareOf) }),
  };
}
