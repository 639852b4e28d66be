import {
  type CodeState,
  type JsonObject,
  type LedgerEntry,
  type Metrics,
  type RunTrigger,
  sourceFile,
  type VersionRecord,
  type WindowMeasurement,
} from '../../../contracts/index.js';
import {
  type CardPorts,
  readCardFacts,
  rowsOfSource,
  type SourceFacts,
} from '../card/card-facts.js';

/** Data by its content. */
export interface DataFingerprint {
  readonly role: 'source' | 'training' | 'hold-out' | 'code';
  /** Path of a file, relative to the pipeline; else the step or the part that it is. */
  readonly name: string;
  readonly sha256: string;
  readonly rows: number | null;
}

/** A time during which the version was champion. */
export interface Deployment {
  /** RFC 3339 on the wall clock, half-open; `null`: it still is. */
  readonly from: string;
  readonly to: string | null;
  /** The same by event time. */
  readonly fromAsOf: string;
  readonly toAsOf: string | null;
  readonly action: LedgerEntry['action'];
  readonly actor: string;
  readonly reason: string;
}

/** From data to what became of it. */
export interface Lineage {
  readonly model: string;
  readonly version: number;
  readonly data: readonly DataFingerprint[];
  /** Feature views that inputs were joined from, by the definition of that time. */
  readonly features: readonly {
    readonly view: string;
    readonly columns: readonly string[];
    readonly hash: string;
  }[];
  readonly run: {
    readonly runId: string;
    /** `null` where this registry does not have the run. */
    readonly pipeline: string | null;
    readonly trigger: RunTrigger | null;
    readonly startedAt: string | null;
    readonly asOf: string;
    readonly planHash: string;
    readonly params: JsonObject;
    readonly code: CodeState | null;
    readonly steps: readonly {
      readonly step: string;
      readonly kind: string;
      readonly metrics: Metrics;
    }[];
  };
  readonly registered: {
    readonly at: string;
    /** Digest of the graph, or of what its server serves; `null`: nothing of it is stored here. */
    readonly graph: string | null;
    readonly metrics: Metrics;
    /** Where it came as a package: what it was there, and the package's hash. */
    readonly imported: {
      readonly model: string;
      readonly version: number;
      readonly packageHash: string;
    } | null;
  };
  readonly deployments: readonly Deployment[];
  /** Oldest first. */
  readonly measurements: readonly {
    readonly window: WindowMeasurement['window'];
    readonly rows: number;
    readonly metric: string | null;
    readonly value: number | null;
    readonly performance: string | null;
    readonly drift: string | null;
  }[];
}

/** Lines of the ledger by which a champion comes or goes. */
const MOVES: readonly LedgerEntry['action'][] = ['promoted', 'rolled-back', 'compensated'];

/** The way of one version: data, run, version, deployments, measurements. */
export async function readLineage(ports: CardPorts, record: VersionRecord): Promise<Lineage> {
  const { content, provenance } = record;
  const facts = await readCardFacts(ports, record, 'until-now');
  const { evaluation, trainingData, trainingRows } = content;
  const imported = provenance?.imported;
  return {
    model: record.model,
    version: record.version,
    data: [
      ...facts.sources.flatMap(sourcesOf),
      ...(trainingData === null
        ? []
        : [
            {
              role: 'training' as const,
              name: 'training data',
              sha256: trainingData.sha256,
              rows: trainingRows,
            },
          ]),
      ...(evaluation === null
        ? []
        : [
            {
              role: 'hold-out' as const,
              name: 'hold-out',
              sha256: evaluation.holdout.sha256,
              rows: evaluation.rows,
            },
          ]),
    ],
    features: (content.features ?? []).map(({ definition, columns }) => ({
      view: definition.name,
      columns,
      hash: definition.hash,
    })),
    run: {
      runId: record.runId,
      pipeline: facts.run?.pipeline ?? facts.plan?.name ?? null,
      trigger: facts.run?.trigger ?? null,
      startedAt: facts.run?.startedAt ?? null,
      asOf: record.asOf,
      planHash: record.planHash,
      params: record.params,
      code: provenance?.code ?? null,
      steps: facts.steps.map(({ stepId, kind, outcome }) => ({
        step: stepId,
        kind,
        metrics: outcome?.outputs.metrics ?? {},
      })),
    },
    registered: {
      at: record.createdAt,
      graph: sourceFile(content)?.sha256 ?? null,
      metrics: evaluation?.metrics ?? {},
      imported:
        imported === undefined
          ? null
          : {
              model: imported.model,
              version: imported.version,
              packageHash: imported.packageHash,
            },
    },
    deployments: deploymentsOf(await ports.registry.ledger(record.model), record.version),
    measurements: (facts.since?.measurements ?? []).map(
      ({ window, rows, performance, featureDrift }) => ({
        window,
        rows,
        metric: performance?.metric ?? null,
        value: performance?.value ?? null,
        performance: performance?.verdict ?? null,
        drift: featureDrift?.verdict ?? null,
      }),
    ),
  };
}

function sourcesOf(facts: SourceFacts): readonly DataFingerprint[] {
  return Object.entries(facts.parts).flatMap(([part, sha256]): readonly DataFingerprint[] => {
    const [kind, ...rest] = part.split(':');
    if (kind === 'file') {
      return [{ role: 'source', name: rest.join(':'), sha256, rows: rowsOfSource(facts) }];
    }
    return kind === 'code' ? [{ role: 'code', name: rest.join(':'), sha256, rows: null }] : [];
  });
}

/**
 * The times at which a version was champion, from the ledger.
 *
 * @param ledger - of the model, oldest first
 */
export function deploymentsOf(
  ledger: readonly LedgerEntry[],
  version: number,
): readonly Deployment[] {
  const moves = ledger.filter(({ action, from, to }) => MOVES.includes(action) && from !== to);
  return moves.flatMap((move, index) => {
    if (move.to !== version) return [];
    const next = moves[index + 1];
    const { at, asOf, action, actor, reason } = move;
    return [
      {
        from: at,
        to: next?.at ?? null,
        fromAsOf: asOf,
        toAsOf: next?.asOf ?? null,
        action,
        actor,
        reason,
      },
    ];
  });
}
