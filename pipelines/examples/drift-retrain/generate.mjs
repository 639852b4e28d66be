#!/usr/bin/env node
/**
 * Writes eight weeks of deliveries as CSV to stdout, the same for the same seed:
 *
 *   node generate.mjs [--seed 1] > data/deliveries.csv
 *
 * A delivery every half hour from Monday 2024-01-01 on: how far, how many parcels, how warm, and how
 * many minutes it took. From the seventh week on a new depot serves addresses that are farther away.
 */
const ROWS_A_WEEK = 7 * 48;
const WEEKS = 8;
const FAR_FROM_WEEK = 6;
const START_MS = Date.UTC(2024, 0, 1);
const STEP_MS = 1_800_000;

function seed() {
  const at = process.argv.indexOf('--seed');
  const value = at === -1 ? 1 : Number(process.argv[at + 1]);
  if (Number.isSafeInteger(value) && value > 0) return value;
  process.stderr.write('--seed takes a whole number from 1\n');
  process.exit(2);
}

let state = seed() >>> 0;

/** A number in [0, 1) (a Weyl sequence, mixed). */
function next() {
  state = (state + 0x9e3779b9) >>> 0;
  let mixed = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32;
}

const lines = ['at,distance,parcels,temperature,minutes'];
for (let row = 0; row < WEEKS * ROWS_A_WEEK; row += 1) {
  const isFar = row >= FAR_FROM_WEEK * ROWS_A_WEEK;
  const distance = 2 + 8 * next() + (isFar ? 9 : 0);
  const parcels = 1 + Math.floor(5 * next());
  const temperature = 15 * next();
  const minutes = 6 + 2.5 * distance + 3 * parcels + 4 * (next() - 0.5);
  const numbers = [distance, parcels, temperature, minutes].map((value) => value.toFixed(2));
  lines.push([new Date(START_MS + row * STEP_MS).toISOString(), ...numbers].join(','));
}
process.stdout.write(`${lines.join('\n')}\n`);
