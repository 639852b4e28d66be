import type {
  ColumnMeasurement,
  LedgerEntry,
  RootCause,
  VerdictKind,
  WindowMeasurement,
} from '../../../contracts/index.js';
import { columnCauses } from './columns.js';
import { type DeployedVersions, deployCauses } from './deploy.js';
import { sliceCauses } from './slices.js';
import { upstreamCauses } from './upstream.js';

export interface CauseEvidence {
  readonly measurement: WindowMeasurement;
  /** Per column, from the window's details; empty where they cannot be read. */
  readonly columns: readonly ColumnMeasurement[];
  /** Windows before it of the same version, oldest first. */
  readonly earlier: readonly WindowMeasurement[];
  readonly ledger: readonly LedgerEntry[];
  readonly versions: DeployedVersions;
  /** Windows for which a champion counts as freshly deployed. */
  readonly postDeployWindows: number;
}

/**
 * What may have caused a breach, the likeliest first: which columns left their range and since
 * when, which slice lost most, what was deployed just before, what changed upstream, which limit of
 * the service was passed. The kind of the verdict says where to look first; within a kind the
 * largest effect leads.
 */
export function rootCauses(kind: VerdictKind, evidence: CauseEvidence): readonly RootCause[] {
  const { measurement, columns, earlier, ledger, versions, postDeployWindows } = evidence;
  const found = [
    ...upstreamCauses(measurement, earlier),
    ...deployCauses(measurement, ledger, versions, postDeployWindows),
    ...columnCauses(measurement, columns, earlier),
    ...sliceCauses(measurement, earlier),
    ...serviceCauses(measurement),
  ];
  const order = LOOK_FIRST[kind] ?? USUAL_ORDER;
  return order.flatMap((what) => found.filter((cause) => cause.what === what));
}

function serviceCauses({ service }: WindowMeasurement): readonly RootCause[] {
  return (service?.breaches ?? []).map((detail) => ({
    what: 'service',
    name: 'gateway',
    detail,
    since: null,
  }));
}

const USUAL_ORDER: readonly RootCause['what'][] = [
  'upstream',
  'column',
  'deploy',
  'slice',
  'service',
];

const LOOK_FIRST: Readonly<Partial<Record<VerdictKind, readonly RootCause['what'][]>>> = {
  'regression-after-deploy': ['deploy', 'column', 'slice', 'upstream', 'service'],
  'prediction-drift': ['deploy', 'service', 'upstream', 'column', 'slice'],
  'service-degraded': ['service', 'deploy', 'upstream', 'column', 'slice'],
  'fairness-breach': ['slice', 'column', 'upstream', 'deploy', 'service'],
};
