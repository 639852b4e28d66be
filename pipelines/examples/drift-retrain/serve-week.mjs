#!/usr/bin/env node
/**
 * Asks the served model about one week of data/deliveries.csv, and tells it how long each delivery took:
 *
 *   node serve-week.mjs WEEK [--gateway http://127.0.0.1:7700]
 *
 * Weeks count from 1. A last request just after the week closes it.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const MODEL = 'delivery-minutes';
const START_MS = Date.UTC(2024, 0, 1);
const WEEK_MS = 7 * 86_400_000;

const week = Number(process.argv[2]);
const at = process.argv.indexOf('--gateway');
const gateway = at === -1 ? 'http://127.0.0.1:7700' : process.argv[at + 1];
if (!(Number.isSafeInteger(week) && week > 0)) {
  process.stderr.write('serve-week.mjs WEEK: a whole number from 1\n');
  process.exit(2);
}

const [, ...lines] = readFileSync(join(import.meta.dirname, 'data', 'deliveries.csv'), 'utf8')
  .trimEnd()
  .split('\n');
const rows = lines.map((line) => {
  const [time, distance, parcels, temperature, minutes] = line.split(',');
  const inputs = {
    at: time,
    distance: Number(distance),
    parcels: Number(parcels),
    temperature: Number(temperature),
  };
  return { atMs: Date.parse(time ?? ''), inputs, minutes: Number(minutes) };
});
const from = START_MS + (week - 1) * WEEK_MS;
const served = rows.filter(({ atMs }) => atMs >= from && atMs < from + WEEK_MS);
if (served.length === 0) {
  process.stderr.write(`data/deliveries.csv has no week ${week}\n`);
  process.exit(65);
}

const { prediction_ids: ids } = await post(`/models/${MODEL}/invocations`, {
  dataframe_records: served.map(({ inputs }) => inputs),
});
await post('/labels', {
  model: MODEL,
  labels: served.map(({ minutes }, index) => ({ id: ids[index], label: minutes })),
});
const after = new Date(from + WEEK_MS).toISOString();
await post(`/models/${MODEL}/invocations`, {
  dataframe_records: [{ ...served.at(-1)?.inputs, at: after }],
});
process.stdout.write(`week ${week}: ${served.length} deliveries\n`);

/**
 * @param {string} path
 * @param {unknown} body
 */
async function post(path, body) {
  const answer = await fetch(`${gateway}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}
