/**
 * The schema of the registry, written once for both of its databases.
 *
 * Adding a step: give it the next number, put it at the end of `MIGRATIONS`, and bring `schema.ts`
 * up to it. It is SQL of SQLite in the forms that `postgres/schema-sql.ts` can say in Postgres's
 * words; the registry's tests apply every step to a real Postgres:
 *
 * - columns are `TEXT`, `INTEGER` (below 2^31) or `REAL`; times are RFC 3339 texts in UTC, whose order
 *   is the order of the texts on both; JSON is `TEXT`;
 * - a table is `STRICT`, and `WITHOUT ROWID` unless it has `seq INTEGER PRIMARY KEY AUTOINCREMENT`,
 *   which keeps the order of insertion;
 * - a trigger refuses, as the ones below do, and nothing else;
 * - `CREATE INDEX`, partial ones too, and `ALTER TABLE … ADD COLUMN` are the same on both.
 *
 * A query that looks into JSON writes `json_extract(content, '$.field')`, which both have; on
 * Postgres it gives text, so a number is `cast` before it is compared.
 */

/** One step of the schema. Released steps are never edited: a change is a new step. */
export interface Migration {
  /** Schema version that this step leads to; 1, 2, 3, … without gaps. */
  readonly version: number;
  readonly statements: readonly string[];
}

const FIRST_TABLES: Migration = {
  version: 1,
  statements: [
    `CREATE TABLE runs (
      run_id TEXT PRIMARY KEY, workflow_id TEXT NOT NULL, pipeline TEXT NOT NULL, model TEXT,
      status TEXT NOT NULL, detail TEXT, plan TEXT NOT NULL, plan_hash TEXT NOT NULL,
      params TEXT NOT NULL, base_directory TEXT NOT NULL, as_of TEXT NOT NULL,
      run_trigger TEXT NOT NULL, gate_overrides TEXT NOT NULL,
      started_at TEXT NOT NULL, ended_at TEXT
    ) STRICT, WITHOUT ROWID`,
    'CREATE INDEX runs_newest ON runs (started_at, run_id)',

    `CREATE TABLE steps (
      seq INTEGER PRIMARY KEY AUTOINCREMENT, run_id TEXT NOT NULL, step_id TEXT NOT NULL,
      kind TEXT NOT NULL, status TEXT NOT NULL, attempts INTEGER NOT NULL,
      started_at TEXT, ended_at TEXT, duration_ms REAL, cache_key TEXT, outcome TEXT, failure TEXT,
      UNIQUE (run_id, step_id)
    ) STRICT`,

    `CREATE TABLE cache_entries (
      seq INTEGER PRIMARY KEY AUTOINCREMENT, cache_key TEXT NOT NULL UNIQUE,
      pipeline TEXT NOT NULL, step_id TEXT NOT NULL, run_id TEXT NOT NULL,
      parts TEXT NOT NULL, outcome TEXT NOT NULL, created_at TEXT NOT NULL
    ) STRICT`,
    'CREATE INDEX cache_entries_newest ON cache_entries (pipeline, step_id, created_at)',

    `CREATE TABLE versions (
      model TEXT NOT NULL, version INTEGER NOT NULL CHECK (version >= 1),
      effect_key TEXT NOT NULL UNIQUE, status TEXT NOT NULL, approval TEXT NOT NULL,
      manifest TEXT NOT NULL, content TEXT NOT NULL, profile TEXT, run_id TEXT NOT NULL,
      plan TEXT NOT NULL, plan_hash TEXT NOT NULL, base_directory TEXT NOT NULL,
      params TEXT NOT NULL, monitor TEXT, as_of TEXT NOT NULL, created_at TEXT NOT NULL,
      PRIMARY KEY (model, version)
    ) STRICT`,
    // Status and approval are the two axes that may move; the rest is what the version is.
    `CREATE TRIGGER versions_are_immutable BEFORE UPDATE OF model, version, effect_key, manifest,
      content, profile, run_id, plan, plan_hash, base_directory, params, monitor, as_of, created_at
      ON versions BEGIN SELECT RAISE(ABORT, 'versions are immutable'); END`,
    `CREATE TRIGGER versions_are_kept BEFORE DELETE ON versions
      BEGIN SELECT RAISE(ABORT, 'versions are never deleted'); END`,

    `CREATE TABLE aliases (
      model TEXT NOT NULL, alias TEXT NOT NULL, version INTEGER, transition INTEGER NOT NULL,
      since_as_of TEXT NOT NULL, at TEXT NOT NULL,
      PRIMARY KEY (model, alias),
      FOREIGN KEY (model, version) REFERENCES versions (model, version)
    ) STRICT`,

    `CREATE TABLE ledger (
      seq INTEGER PRIMARY KEY AUTOINCREMENT, model TEXT NOT NULL, entry_key TEXT NOT NULL,
      transition INTEGER, at TEXT NOT NULL, as_of TEXT NOT NULL, actor TEXT NOT NULL,
      action TEXT NOT NULL, from_version INTEGER, to_version INTEGER, reason TEXT NOT NULL,
      evidence TEXT NOT NULL,
      UNIQUE (model, entry_key), UNIQUE (model, transition)
    ) STRICT`,
    `CREATE TRIGGER ledger_lines_stay BEFORE UPDATE ON ledger
      BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END`,
    `CREATE TRIGGER ledger_lines_are_kept BEFORE DELETE ON ledger
      BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END`,

    `CREATE TABLE measurements (
      model TEXT NOT NULL, version INTEGER NOT NULL, window_start TEXT NOT NULL,
      window_end TEXT NOT NULL, measurement TEXT NOT NULL,
      PRIMARY KEY (model, window_end, window_start, version)
    ) STRICT, WITHOUT ROWID`,

    `CREATE TABLE decisions (
      model TEXT NOT NULL, version INTEGER NOT NULL, window_start TEXT NOT NULL,
      window_end TEXT NOT NULL, verdict TEXT NOT NULL, signalled TEXT, decided_at TEXT NOT NULL,
      PRIMARY KEY (model, window_end, window_start)
    ) STRICT, WITHOUT ROWID`,

    `CREATE TABLE leases (
      id TEXT PRIMARY KEY, address TEXT NOT NULL, served_versions TEXT NOT NULL,
      generation INTEGER NOT NULL, at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID`,
  ],
};

/** What monitors and their responses keep besides measurements and decisions. */
const RESPONSE_TABLES: Migration = {
  version: 2,
  statements: [
    'ALTER TABLE decisions ADD COLUMN basis TEXT',
    // One row a model: when its monitor last looked, and when it will look again.
    `CREATE TABLE monitor_looks (
      model TEXT PRIMARY KEY, content TEXT NOT NULL
    ) STRICT, WITHOUT ROWID`,
    `CREATE TABLE incidents (
      model TEXT NOT NULL, number INTEGER NOT NULL CHECK (number >= 1), status TEXT NOT NULL,
      opened_at TEXT NOT NULL, content TEXT NOT NULL,
      PRIMARY KEY (model, number)
    ) STRICT, WITHOUT ROWID`,
    // A model has one open incident or none.
    "CREATE UNIQUE INDEX incidents_open ON incidents (model) WHERE status = 'open'",
    `CREATE TABLE alert_deliveries (
      alert_key TEXT NOT NULL, channel TEXT NOT NULL, model TEXT NOT NULL, at TEXT NOT NULL,
      content TEXT NOT NULL,
      PRIMARY KEY (alert_key, channel)
    ) STRICT, WITHOUT ROWID`,
    'CREATE INDEX alert_deliveries_newest ON alert_deliveries (model, at)',
    `CREATE TABLE silences (
      id TEXT PRIMARY KEY, until TEXT NOT NULL, content TEXT NOT NULL
    ) STRICT, WITHOUT ROWID`,
    `CREATE TABLE repairs (
      model TEXT NOT NULL, repair_key TEXT NOT NULL, kind TEXT NOT NULL, lifted_at TEXT,
      content TEXT NOT NULL,
      PRIMARY KEY (model, repair_key)
    ) STRICT, WITHOUT ROWID`,
    `CREATE TABLE review_items (
      model TEXT NOT NULL, prediction_id TEXT NOT NULL, status TEXT NOT NULL,
      content TEXT NOT NULL,
      PRIMARY KEY (model, prediction_id)
    ) STRICT, WITHOUT ROWID`,
  ],
};

/** Which gateways answer with a fallback, beside the champion that they hold ready. */
const LEASE_FALLBACKS: Migration = {
  version: 3,
  statements: ['ALTER TABLE leases ADD COLUMN fallbacks TEXT'],
};

/** How requests are shared out, and the rollouts that have them so. */
const ROLLOUT_TABLES: Migration = {
  version: 4,
  statements: [
    // The row stays when the route is taken away, so that its number is never used again.
    `CREATE TABLE routes (
      model TEXT PRIMARY KEY, number INTEGER NOT NULL CHECK (number >= 1), content TEXT
    ) STRICT, WITHOUT ROWID`,
    `CREATE TABLE rollouts (
      model TEXT NOT NULL, rollout_id TEXT NOT NULL, status TEXT NOT NULL,
      started_at TEXT NOT NULL, content TEXT NOT NULL,
      PRIMARY KEY (model, rollout_id)
    ) STRICT, WITHOUT ROWID`,
    'ALTER TABLE leases ADD COLUMN routes TEXT',
  ],
};

/** Where a version comes from besides its manifest, and the code that its run began with. */
const PROVENANCE: Migration = {
  version: 5,
  statements: [
    'ALTER TABLE runs ADD COLUMN code TEXT',
    'ALTER TABLE versions ADD COLUMN provenance TEXT',
    `CREATE TRIGGER versions_keep_their_provenance BEFORE UPDATE OF provenance
      ON versions BEGIN SELECT RAISE(ABORT, 'versions are immutable'); END`,
  ],
};

/** The mirror's bookkeeping: what an outside tracker has yet to be told, and what it was told. */
const MIRROR_TABLES: Migration = {
  version: 6,
  statements: [
    `CREATE TABLE mirror_marks (
      seq INTEGER PRIMARY KEY AUTOINCREMENT, target TEXT NOT NULL, subject TEXT NOT NULL,
      revision INTEGER NOT NULL, marked_at TEXT NOT NULL, refused TEXT,
      UNIQUE (target, subject)
    ) STRICT`,
    `CREATE TABLE mirror_items (
      target TEXT NOT NULL, item TEXT NOT NULL, state TEXT NOT NULL, digest TEXT NOT NULL,
      remote TEXT,
      PRIMARY KEY (target, item)
    ) STRICT, WITHOUT ROWID`,
  ],
};

/** The life of versions after they were registered, and of models after they served. */
const LIFE_TABLES: Migration = {
  version: 7,
  statements: [
    // Counts the changes of status and approval: of two that start from one state, one is made.
    'ALTER TABLE versions ADD COLUMN revision INTEGER NOT NULL DEFAULT 0',
    // Version 0 stands for the model itself; a tag without a value was taken away.
    `CREATE TABLE tags (
      model TEXT NOT NULL, version INTEGER NOT NULL, tag TEXT NOT NULL, value TEXT,
      actor TEXT NOT NULL, at TEXT NOT NULL,
      PRIMARY KEY (model, version, tag)
    ) STRICT, WITHOUT ROWID`,
    `CREATE TABLE retirements (
      model TEXT PRIMARY KEY, status TEXT NOT NULL, content TEXT NOT NULL
    ) STRICT, WITHOUT ROWID`,
    // Which version was in production when: one query, for people and their tools too.
    `CREATE VIEW stage_history AS SELECT model, transition, to_version AS version,
      at AS from_at, as_of AS from_as_of,
      lead(at) OVER (PARTITION BY model ORDER BY transition) AS until_at,
      lead(as_of) OVER (PARTITION BY model ORDER BY transition) AS until_as_of,
      action, actor, reason
      FROM ledger WHERE transition IS NOT NULL`,
  ],
};

/** What runs asked people, and what they answered; which values of its file a run went by. */
const QUESTIONS: Migration = {
  version: 8,
  statements: [
    `CREATE TABLE approvals (
      run_id TEXT NOT NULL, step_id TEXT NOT NULL, asked_at TEXT NOT NULL,
      request TEXT NOT NULL, decision TEXT,
      PRIMARY KEY (run_id, step_id)
    ) STRICT, WITHOUT ROWID`,
    'CREATE INDEX approvals_waiting ON approvals (asked_at) WHERE decision IS NULL',
    'ALTER TABLE runs ADD COLUMN environment TEXT',
  ],
};

/** Why steps were reused, what runs are compared by, and what garbage collection leaves in place. */
const RUN_CONTROL: Migration = {
  version: 9,
  statements: [
    'ALTER TABLE steps ADD COLUMN parts TEXT',
    'ALTER TABLE steps ADD COLUMN reuse TEXT',
    'ALTER TABLE steps ADD COLUMN fence TEXT',
    'ALTER TABLE runs ADD COLUMN source_file TEXT',
    'ALTER TABLE runs ADD COLUMN take_over TEXT',
    'ALTER TABLE runs ADD COLUMN pauses TEXT',
    `CREATE TABLE experiments (
      run_id TEXT PRIMARY KEY, pipeline TEXT NOT NULL, started_at TEXT NOT NULL,
      content TEXT NOT NULL
    ) STRICT, WITHOUT ROWID`,
    'CREATE INDEX experiments_newest ON experiments (pipeline, started_at)',
    // A metric of a step in the order in which it was told.
    `CREATE TABLE metric_points (
      run_id TEXT NOT NULL, step_id TEXT NOT NULL, metric TEXT NOT NULL, point INTEGER NOT NULL,
      step REAL NOT NULL, at TEXT NOT NULL, value REAL NOT NULL,
      PRIMARY KEY (run_id, step_id, metric, point)
    ) STRICT, WITHOUT ROWID`,
    `CREATE TABLE pins (
      subject TEXT PRIMARY KEY, actor TEXT NOT NULL, reason TEXT NOT NULL, at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID`,
  ],
};

/** When a gateway could not read the registry. */
const LEASE_CUT_OFF: Migration = {
  version: 10,
  statements: ['ALTER TABLE leases ADD COLUMN cut_off TEXT'],
};

/** Which item of a fanned-out step, in words; the step that a run is done for. */
const ITEMS: Migration = {
  version: 11,
  statements: ['ALTER TABLE steps ADD COLUMN item TEXT', 'ALTER TABLE runs ADD COLUMN parent TEXT'],
};

/** Since when a run waits for a place in its group. */
const GROUP_WAITS: Migration = {
  version: 12,
  statements: ['ALTER TABLE runs ADD COLUMN queued TEXT'],
};

/** Which lines answer a request. */
const LEDGER_REQUESTS: Migration = {
  version: 13,
  statements: [
    "CREATE INDEX ledger_requests ON ledger (model, json_extract(evidence, '$.requestId'))",
  ],
};

/** What a gateway could not load, and what it said. */
const LEASE_FAILURES: Migration = {
  version: 14,
  statements: ['ALTER TABLE leases ADD COLUMN failures TEXT'],
};

export const MIGRATIONS: readonly Migration[] = [
  FIRST_TABLES,
  RESPONSE_TABLES,
  LEASE_FALLBACKS,
  ROLLOUT_TABLES,
  PROVENANCE,
  MIRROR_TABLES,
  LIFE_TABLES,
  QUESTIONS,
  RUN_CONTROL,
  LEASE_CUT_OFF,
  ITEMS,
  GROUP_WAITS,
  LEDGER_REQUESTS,
  LEASE_FAILURES,
];
