import type { DuckDBConnection } from '@duckdb/node-api';
import { readLog, type ServedRows, servedSql, text, toldSql } from './log-sql.js';
import { labelSql } from './window-query.js';

/**
 * A loss that is a mean over rows, as SQL over `prediction`, `label` (JSON), `p` (of the label) and
 * `q` (the squares of all probabilities; of two classes p²).
 */
const LOSS_SQL: { readonly [metric: string]: string } = {
  mae: 'abs(label::DOUBLE - prediction::DOUBLE)',
  mape: 'abs((label::DOUBLE - prediction::DOUBLE) / nullif(label::DOUBLE, 0))',
  accuracy: `CASE WHEN ${sameValue('label', 'prediction')} THEN 0.0 ELSE 1.0 END`,
  logLoss: `-ln(greatest(p, ${2 ** -23}))`,
  brierScore: '1 - 2 * p + q',
};

export interface ArmQuery extends ServedRows {
  readonly route: number;
  readonly labelFiles: readonly string[];
  readonly businessFiles: readonly string[];
  /** What versions in the shadow said; empty: both arms answer. */
  readonly shadowFiles: readonly string[];
  readonly losses: readonly string[];
  readonly business: readonly string[];
  /** Of a classification, in the order of `probabilities`. */
  readonly classes: readonly (string | number | boolean)[];
}

/** Columns of {@link readArms}; `metric` is `''` for the counts of all rows. */
export const ARM_COLUMN = {
  version: 0,
  metric: 1,
  rows: 2,
  mean: 3,
  variance: 4,
  least: 5,
  greatest: 6,
} as const;

/** Rows, mean, variance and ends of each metric by version, of what was answered by one route. */
export function readArms(connection: DuckDBConnection, query: ArmQuery) {
  const parts = [
    `SELECT version, '' AS metric, 0.0 AS value FROM answered`,
    ...query.losses.map((name) => lossSql(name)),
    ...businessSql(query),
  ];
  return connection.runAndReadAll(`
    WITH ${answeredSql(query)},
    measured AS (${parts.join(' UNION ALL ')})
    SELECT version, metric, count(value)::DOUBLE,
      coalesce(avg(value), 0)::DOUBLE, coalesce(var_samp(value), 0)::DOUBLE,
      min(value)::DOUBLE, max(value)::DOUBLE
    FROM measured WHERE isfinite(value) GROUP BY version, metric ORDER BY version, metric`);
}

/** Columns of {@link readShadow}. */
export const SHADOW_COLUMN = {
  metric: 0,
  rows: 1,
  championMean: 2,
  championVariance: 3,
  mean: 4,
  variance: 5,
  differenceMean: 6,
  differenceVariance: 7,
  championLeast: 8,
  championGreatest: 9,
  least: 10,
  greatest: 11,
} as const;

/** The same of a shadow, row by row against what was answered: both said something of the same rows. */
export function readShadow(connection: DuckDBConnection, query: ArmQuery) {
  const parts = [
    `SELECT '' AS metric, 0.0 AS champion, 0.0 AS challenger FROM compared`,
    `SELECT 'failed' AS metric, 0.0, CASE WHEN prediction IS NULL THEN 1.0 ELSE 0.0 END FROM said`,
    `SELECT 'latencyMs', ln(greatest("latencyMs", 0.001)), ln(greatest("latencyMs", 0.001)) FROM said`,
    `SELECT 'disagreement', 0.0, ${disagreement()} FROM compared`,
    ...query.losses.map(
      (name) => `SELECT ${text(name)}, ${over(name, 'champion')}, ${over(name, 'challenger')}
        FROM compared WHERE label IS NOT NULL`,
    ),
  ];
  return connection.runAndReadAll(`
    WITH ${answeredSql(query)},
    ${saidSql(query)},
    compared AS (
      SELECT a.label, a.prediction AS championPrediction, a.p AS championP,
        s.prediction AS challengerPrediction,
        a.q AS championQ, ${probabilityOf('a.label', query)} AS challengerP,
        ${squares('a.label', query)} AS challengerQ
      FROM answered a JOIN said s USING (id) WHERE s.prediction IS NOT NULL
    ),
    measured AS (${parts.join(' UNION ALL ')})
    SELECT metric, count(challenger)::DOUBLE, coalesce(avg(champion), 0)::DOUBLE,
      coalesce(var_samp(champion), 0)::DOUBLE, coalesce(avg(challenger), 0)::DOUBLE,
      coalesce(var_samp(challenger), 0)::DOUBLE, coalesce(avg(challenger - champion), 0)::DOUBLE,
      coalesce(var_samp(challenger - champion), 0)::DOUBLE,
      min(champion)::DOUBLE, max(champion)::DOUBLE, min(challenger)::DOUBLE, max(challenger)::DOUBLE
    FROM measured WHERE isfinite(champion) AND isfinite(challenger)
    GROUP BY metric ORDER BY metric`);
}

const SHADOW_FIELDS = {
  id: 'VARCHAR',
  route: 'INTEGER',
  latencyMs: 'DOUBLE',
  prediction: 'JSON',
  probabilities: 'DOUBLE[]',
};

/** `said`: what versions in the shadow said of the route's requests. */
export function saidSql(query: ArmQuery): string {
  return `
    said AS (
      SELECT id, "latencyMs", prediction, probabilities
      FROM ${readLog(query.shadowFiles, SHADOW_FIELDS)}
      WHERE id IS NOT NULL AND route = ${query.route}
    )`;
}

/** `answered`: what the route's versions answered, each with its newest label. */
export function answeredSql(query: ArmQuery): string {
  const served = servedSql(query, { route: 'INTEGER', probabilities: 'DOUBLE[]' });
  return `
    served AS (SELECT * FROM (${served}) WHERE route = ${query.route}),
    labels AS (${labelSql(query.labelFiles)}),
    answered AS (
      SELECT s.id, s.version, s.prediction, s.probabilities, l.label,
        ${probabilityOf('l.label', query)} AS p, ${squares('l.label', query)} AS q
      FROM served s LEFT JOIN labels l USING (id)
    )`;
}

function probabilityOf(label: string, query: ArmQuery): string {
  return `s.probabilities[list_position(${classList(query)}, ${label}::VARCHAR)]`;
}

function squares(label: string, query: ArmQuery): string {
  if (query.classes.length > 2) return 'list_dot_product(s.probabilities, s.probabilities)';
  return `${probabilityOf(label, query)} ** 2`;
}

function lossSql(name: string): string {
  return `SELECT version, ${text(name)} AS metric, ${LOSS_SQL[name]} AS value
    FROM answered WHERE label IS NOT NULL`;
}

/** The same loss over the columns of one arm. */
function over(name: string, arm: 'champion' | 'challenger'): string {
  return (LOSS_SQL[name] ?? 'NULL')
    .replaceAll('prediction', `${arm}Prediction`)
    .replaceAll(/\b[pq]\b/g, (name) => `${arm}${name.toUpperCase()}`);
}

function businessSql({ businessFiles, business }: ArmQuery): readonly string[] {
  if (businessFiles.length === 0 || business.length === 0) return [];
  const names = business.map(text).join(', ');
  return [
    `SELECT a.version, 'business.' || b.name AS metric, b.value
     FROM (
       SELECT id, name, arg_max(value, row("at", line)) AS value FROM (
         SELECT id, "at", line, unnest(map_keys(metrics)) AS name, unnest(map_values(metrics)) AS value
         FROM (${toldSql(businessFiles, { metrics: 'MAP(VARCHAR, DOUBLE)' })})
       ) WHERE name IN (${names}) AND value IS NOT NULL GROUP BY id, name
     ) b JOIN answered a USING (id)`,
  ];
}

/** Texts stay apart as JSON text; numbers are the same however they are written. */
function sameValue(one: string, other: string): string {
  return `(${one}::VARCHAR = ${other}::VARCHAR OR TRY_CAST(${one} AS DOUBLE) = TRY_CAST(${other} AS DOUBLE))`;
}

/** Of a number its distance as a share of what was answered, at most 1; of a class 0 or 1. */
function disagreement(): string {
  const [one, other] = ['championPrediction', 'challengerPrediction'];
  const numbers = `json_type(${one}) IN ('DOUBLE', 'BIGINT', 'UBIGINT')`;
  const away = `abs(${one}::DOUBLE - ${other}::DOUBLE) / greatest(abs(${one}::DOUBLE), 1e-9)`;
  return `CASE WHEN ${numbers} THEN least(1.0, ${away})
    WHEN ${one}::VARCHAR = ${other}::VARCHAR THEN 0.0 ELSE 1.0 END`;
}

export function classList({ classes }: ArmQuery): string {
  return `[${classes.map((value) => text(JSON.stringify(value))).join(', ')}]::VARCHAR[]`;
}
