#!/usr/bin/env node
/**
 * Writes the SEA stream as CSV to stdout, the same for the same seed:
 *
 *   node generate.mjs [--seed 1] [--weeks 10] > data/sea.csv
 *
 * Three features uniform in [0, 10], of which the third says nothing; the class is f1 + f2 ≤ θ, with
 * θ = 8, 9, 7, 9.5 one after the other, and one label in ten is turned over. A row every five minutes
 * from Monday 2024-01-01 on, ten weeks a θ.
 *
 * W. N. Street, Y. Kim: A streaming ensemble algorithm (SEA) for large-scale classification, KDD 2001.
 */
const THRESHOLDS = [8, 9, 7, 9.5];
const NOISE = 0.1;
const ROWS_A_WEEK = 7 * 24 * 12;
const START_MS = Date.UTC(2024, 0, 1);
const STEP_MS = 300_000;

/** @param {string} name @param {number} fallback */
function option(name, fallback) {
  const at = process.argv.indexOf(`--${name}`);
  const value = at === -1 ? fallback : Number(process.argv[at + 1]);
  if (Number.isSafeInteger(value) && value > 0) return value;
  process.stderr.write(`--${name} takes a whole number from 1\n`);
  process.exit(2);
}

/**
 * Numbers in [0, 1) from a seed (a Weyl sequence, mixed).
 *
 * @param {number} seed
 */
function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32;
  };
}

const next = random(option('seed', 1));
const rowsEach = option('weeks', 10) * ROWS_A_WEEK;
const lines = ['time,f1,f2,f3,inside'];
for (const [concept, threshold] of THRESHOLDS.entries()) {
  for (let i = 0; i < rowsEach; i += 1) {
    const at = new Date(START_MS + (concept * rowsEach + i) * STEP_MS).toISOString();
    const features = [next(), next(), next()].map((value) => Number((10 * value).toFixed(3)));
    const [f1 = 0, f2 = 0] = features;
    const inside = f1 + f2 <= threshold;
    const isTurned = next() < NOISE;
    lines.push([at, ...features, inside !== isTurned].join(','));
  }
}
process.stdout.write(`${lines.join('\n')}\n`);
