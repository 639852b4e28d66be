import {
  type ArtifactRef,
  EXPLANATION_METHODS,
  type Explanation,
  explanationTag,
  type FairnessMeasurement,
  isMillraceError,
  type LedgerEntry,
  MEDIA_TYPE,
  type ModelManifest,
  type PipelinePlan,
  type RunRecord,
  readExplanationTag,
  type SliceCondition,
  type StepKind,
  type StepRecord,
  type TimeWindow,
  type VersionRecord,
  type WindowMeasurement,
} from '../../../contracts/index.js';
import type { ArtifactStore } from '../../../storage/artifacts/port.js';
import type { RegistryReader } from '../../registry/ports.js';
import { stepsBefore } from './steps-before.js';

/** What the card reads of a reference profile: what registration measured on the hold-out. */
export interface ProfileFacts {
  readonly rows?: number;
  readonly period?: TimeWindow | null;
  readonly slices?: readonly {
    readonly where: readonly SliceCondition[];
    readonly metric: string;
    readonly rows: number;
    readonly value: number | null;
  }[];
  readonly fairness?: readonly FairnessMeasurement[];
}

/** A file or table that a step read, by the parts of its cache key. */
export interface SourceFacts {
  readonly step: StepRecord;
  readonly parts: { readonly [name: string]: string };
}

/** Of the file that the step read; `null` where it read several, or its rows are others than those. */
export function rowsOfSource({ step: { kind, outcome }, parts }: SourceFacts): number | null {
  const files = Object.keys(parts).filter((part) => part.startsWith('file:'));
  const rows = outcome?.outputs.values['rows'];
  return kind !== 'features' && files.length === 1 && typeof rows === 'number' ? rows : null;
}

/** A model that `evaluate` measured. */
export interface CandidateFacts {
  readonly step: string;
  readonly manifest: ModelManifest;
}

/** Everything that a card is generated from. */
export interface CardFacts {
  readonly record: VersionRecord;
  /** `null` where the registry does not have it. */
  readonly run: RunRecord | null;
  readonly plan: PipelinePlan | null;
  /** Of the steps that the version rests on, in the order of the plan. */
  readonly steps: readonly StepRecord[];
  readonly sources: readonly SourceFacts[];
  readonly candidates: readonly CandidateFacts[];
  readonly profile: ProfileFacts | null;
  /** What came after registration; `null` in a card that says what was registered. */
  readonly since: {
    readonly ledger: readonly LedgerEntry[];
    readonly measurements: readonly WindowMeasurement[];
    /** Kept by `millrace explain --save`, the newest of each method. */
    readonly explanations: readonly Explanation[];
  } | null;
}

export interface CardPorts {
  readonly registry: Pick<
    RegistryReader,
    'run' | 'steps' | 'cacheEntry' | 'ledger' | 'measurements' | 'life'
  >;
  readonly artifacts: Pick<ArtifactStore, 'has' | 'readJson'>;
}

/** What is kept of a version and the run that made it. */
export async function readCardFacts(
  ports: CardPorts,
  record: VersionRecord,
  scope: 'as-registered' | 'until-now',
): Promise<CardFacts> {
  const { registry } = ports;
  const { model, version, runId } = record;
  const [run, recorded, plan, profile] = await Promise.all([
    registry.run(runId),
    registry.steps(runId),
    readKept<PipelinePlan>(ports, record.plan),
    record.profile === null ? null : readKept<ProfileFacts>(ports, record.profile),
  ]);
  const steps = plan === null ? [] : stepsBefore(plan, recorded, version);
  return {
    record,
    run,
    plan,
    steps,
    sources: await readSources(ports, steps),
    candidates: await readCandidates(ports, steps),
    profile,
    since:
      scope === 'as-registered'
        ? null
        : {
            ledger: (await registry.ledger(model)).filter(
              ({ from, to }) => from === version || to === version,
            ),
            measurements: (await registry.measurements(model)).filter(
              (measured) => measured.version === version,
            ),
            explanations: await readExplanations(ports, record),
          },
  };
}

async function readExplanations(
  ports: CardPorts,
  { model, version }: VersionRecord,
): Promise<readonly Explanation[]> {
  const tags = (await ports.registry.life.tags(model)).filter((tag) => tag.version === version);
  const found = await Promise.all(
    EXPLANATION_METHODS.map(async (method) => {
      const value = tags.find(({ tag }) => tag === explanationTag(method))?.value;
      const ref = value === undefined ? null : readExplanationTag(value);
      return ref === null ? null : await readKept<Explanation>(ports, ref);
    }),
  );
  return found.flatMap((explanation) =>
    explanation?.format === 'millrace-explanation/1' ? [explanation] : [],
  );
}

/** Kinds whose files a version rests on; the rest take what these hand on. */
const READS_FILES: readonly StepKind[] = ['ingest', 'features', 'run'];

async function readSources(
  { registry }: CardPorts,
  steps: readonly StepRecord[],
): Promise<readonly SourceFacts[]> {
  const sources: SourceFacts[] = [];
  for (const step of steps) {
    if (!READS_FILES.includes(step.kind)) continue;
    // Of a result that is not kept in the cache, or no longer, the step itself has them.
    const parts =
      step.parts ??
      (step.cacheKey === null ? null : (await registry.cacheEntry(step.cacheKey))?.parts);
    if (parts) sources.push({ step, parts });
  }
  return sources;
}

async function readCandidates(
  ports: CardPorts,
  steps: readonly StepRecord[],
): Promise<readonly CandidateFacts[]> {
  const candidates: CandidateFacts[] = [];
  for (const { stepId, kind, outcome } of steps) {
    if (kind === 'evaluate') continue;
    for (const ref of Object.values(outcome?.outputs.artifacts ?? {})) {
      if (ref.mediaType !== MEDIA_TYPE.model) continue;
      const manifest = await readKept<ModelManifest>(ports, ref);
      if (manifest !== null) candidates.push({ step: stepId, manifest });
    }
  }
  return candidates;
}

/** `null` where the artifact is gone or damaged: the card then says what is missing. */
async function readKept<T>({ artifacts }: CardPorts, ref: ArtifactRef): Promise<T | null> {
  try {
    return (await artifacts.has(ref)) ? await artifacts.readJson<T>(ref) : null;
  } catch (error) {
    if (isMillraceError(error) && error.type === 'ArtifactCorrupt') return null;
    throw error;
  }
}
