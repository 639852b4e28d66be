import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { keepLog } from '../../models/predictions/keeping/keep-log.js';
import { CLOSED_AFTER_MS } from '../../models/predictions/keeping/surplus.js';
import {
  label,
  MODEL,
  openLog,
  request,
  temporaryDirectory,
} from '../models/predictions/log-fixture.js';

const PAGE = resolve(import.meta.dirname, '../../docs/serving.md');

test('the query of the serving page counts lines and Parquet once, by their newest labels', async () => {
  const directory = await temporaryDirectory();
  const log = openLog(directory);
  const rows = request(4);
  await log.writer(MODEL).append(rows);
  await log.writer(MODEL).appendLabels(rows.map(({ id }) => label(id, 999)));
  await log.writer(MODEL).appendLabels(rows.map(({ id }, row) => label(id, row * 10 + row)));
  await log.close();
  const nowMs = Date.now() + CLOSED_AFTER_MS + 1;
  const kept = await keepLog({ directory, keep: {}, logger: pino({ level: 'silent' }), nowMs });
  expect(kept).toEqual({ compacted: 1, deleted: 0 });

  const [, sql = ''] = /```sql\n([\s\S]*?)```/.exec(await readFile(PAGE, 'utf8')) ?? [];
  const asked = sql.replaceAll('.millrace/predictions/coffee', join(directory, MODEL));
  const connection = await (await DuckDBInstance.create()).connect();
  const found = (await connection.runAndReadAll(asked)).getRowObjectsJson();
  expect(found).toEqual([{ version: 1, labelled: '4', mae: 1.5 }]);
});
