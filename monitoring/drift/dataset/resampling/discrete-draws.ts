import { hypergeometricDensity } from '../../special/hypergeometric.js';
import { binomialDensity } from '../../special/saddle-point.js';

/**
 * One draw from a distribution on whole numbers with a single mode, by inversion from the mode
 * outwards: exact, and its time grows with the standard deviation, not with the rows.
 *
 * @param atMode - density at the mode
 * @param up - density at k + 1 over that at k; 0 past the end
 * @param down - density at k − 1 over that at k; 0 past the end
 */
function drawFromMode(
  mode: number,
  atMode: number,
  up: (k: number) => number,
  down: (k: number) => number,
  random: () => number,
): number {
  let left = random() - atMode;
  if (left < 0) return mode;
  let [above, below] = [mode, mode];
  let [densityAbove, densityBelow] = [atMode, atMode];
  while (densityAbove > 0 || densityBelow > 0) {
    densityAbove *= up(above);
    above += 1;
    left -= densityAbove;
    if (left < 0) return above;
    densityBelow *= down(below);
    below -= 1;
    left -= densityBelow;
    if (left < 0) return below;
    // What is left is the rounding of the sum: no density outweighs it any more.
    if (densityAbove + densityBelow < 1e-17) break;
  }
  return mode;
}

/**
 * Successes in `trials`, drawn.
 *
 * @param p - in [0, 1]
 * @param random - gives numbers in [0, 1)
 * @see V. Kachitvichyanukul, B. W. Schmeiser, Binomial Random Variate Generation, 1988
 */
export function drawBinomial(trials: number, p: number, random: () => number): number {
  if (trials === 0 || p <= 0) return 0;
  if (p >= 1) return trials;
  const q = 1 - p;
  const mode = Math.min(trials, Math.floor((trials + 1) * p));
  return drawFromMode(
    mode,
    binomialDensity(mode, trials, p, q),
    (k) => ((trials - k) * p) / ((k + 1) * q),
    (k) => (k * q) / ((trials - k + 1) * p),
    random,
  );
}

/** Up to so many good rows the density at 0 is quicker multiplied out than taken from logarithms. */
const FEW_GOOD = 64;

/**
 * Good rows among `draws` rows drawn without putting back.
 *
 * @param good - rows of the one kind
 * @param bad - rows of the other
 * @param draws - in [0, good + bad]
 */
export function drawHypergeometric(
  good: number,
  bad: number,
  draws: number,
  random: () => number,
): number {
  if (good === 0 || draws === 0) return 0;
  if (bad === 0) return draws;
  if (draws === good + bad) return good;
  if (good <= FEW_GOOD && draws <= bad) return drawOfFewGood(good, bad, draws, random);
  const mode = Math.floor(((draws + 1) * (good + 1)) / (good + bad + 2));
  return drawFromMode(
    mode,
    hypergeometricDensity(mode, good, bad, draws),
    (k) => Math.max(0, ((good - k) * (draws - k)) / ((k + 1) * (bad - draws + k + 1))),
    (k) => Math.max(0, (k * (bad - draws + k)) / ((good - k + 1) * (draws - k + 1))),
    random,
  );
}

/** By inversion from 0 upwards: columns of many rare categories spend their time here. */
function drawOfFewGood(good: number, bad: number, draws: number, random: () => number): number {
  const all = good + bad;
  let density = 1;
  for (let i = 0; i < good; i += 1) density *= (all - draws - i) / (all - i);
  let left = random() - density;
  let k = 0;
  while (left >= 0 && k < good) {
    density *= ((good - k) * (draws - k)) / ((k + 1) * (bad - draws + k + 1));
    left -= density;
    k += 1;
  }
  return Math.min(k, draws);
}
