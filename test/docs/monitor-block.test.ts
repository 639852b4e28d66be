import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { MEASUREMENT_SHAPE, measurementNames } from '../../contracts/index.js';
import { monitorSchema } from '../../pipelines/schema/monitor/monitor-schema.js';
import { packageRoot } from '../../setup/places.mjs';

const page = readFileSync(join(packageRoot(), 'docs', 'monitor-block.md'), 'utf8');

test('every name of a measurement is in its table', () => {
  const rows = page.slice(page.indexOf('## Names of the measurements')).split('\n');
  const listed = new Set(
    rows.flatMap((row) => [...row.matchAll(/`([A-Za-z0-9.]+)`/g)].map((match) => match[1])),
  );
  const parts = measurementNames().flatMap((name) => name.split('.'));
  expect(
    [...parts, ...Object.keys(MEASUREMENT_SHAPE)].filter(
      (name) => !listed.has(name) && name !== 'business',
    ),
  ).toEqual([]);
});

test('every key of the block and of its responses is there', () => {
  const { shape } = monitorSchema;
  const respond = shape.respond.unwrap().shape;
  const keys = [...Object.keys(shape), ...Object.keys(respond)];
  expect(keys.filter((key) => !page.includes(key))).toEqual([]);
});
