import {
  type ArtifactRef,
  type FeatureBins,
  type FeatureHistogram,
  type FeatureHistory,
  type FeatureWindow,
  MillraceError,
  type WindowHistograms,
  type WindowMeasurement,
} from '../../contracts/index.js';
import {
  type ColumnProfile,
  isReferenceProfile,
  jensenShannonDistance,
  type ReferenceProfile,
} from '../../monitoring/drift/index.js';
import { COUNTED_CATEGORIES } from '../../monitoring/measuring/histograms.js';
import type { MeasurementDetails } from '../../monitoring/measuring/measurement-details.js';
import { suggestion } from '../../pipelines/nearest.js';
import type { ArtifactStore } from '../../storage/artifacts/port.js';

type KeptArtifacts = Pick<ArtifactStore, 'has' | 'readJson'>;

/**
 * One feature over windows that were measured, each with its version's reference.
 *
 * @param measurements - oldest first; those of releases without histograms are passed over
 * @throws MillraceError `InvalidInput` when no window has this feature
 */
export async function readFeatureHistory(
  artifacts: KeptArtifacts,
  name: string,
  measurements: readonly WindowMeasurement[],
  feature: string,
): Promise<FeatureHistory> {
  const profiles = new ProfileReader(artifacts);
  const known = new Set<string>();
  const windows: FeatureWindow[] = [];
  for (const measurement of measurements) {
    if (measurement.histograms === undefined) continue;
    const kept = await readKept<WindowHistograms>(artifacts, measurement.histograms);
    const profile = await profiles.of(measurement.profile);
    if (kept === null || profile === null) continue;
    for (const { name: column } of kept.features) known.add(column);
    const histogram = kept.features.find((column) => column.name === feature);
    const reference = profile.features.find((column) => column.name === feature);
    if (histogram === undefined || reference === undefined) continue;
    const details =
      measurement.details === null
        ? null
        : await readKept<MeasurementDetails>(artifacts, measurement.details);
    const column = details?.columns.find((found) => found.name === feature);
    windows.push({
      window: measurement.window,
      version: measurement.version,
      rows: measurement.rows,
      ...compared(reference, histogram),
      verdict: column?.verdict ?? null,
    });
  }
  if (windows.length > 0 || known.size === 0) return { name, feature, windows };
  throw new MillraceError(
    'InvalidInput',
    `the windows of ${name} have no feature ${feature}`,
    suggestion(feature, [...known]),
  );
}

function compared(
  profile: ColumnProfile,
  { counts, missing }: FeatureHistogram,
): Pick<FeatureWindow, 'bins' | 'reference' | 'counts' | 'missing' | 'distance'> {
  const { bins, reference } = binsOf(profile);
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const isKnown = sum(reference) > 0 && sum(counts) > 0 && reference.length === counts.length;
  const distance = isKnown ? jensenShannonDistance(reference, counts) : null;
  return { bins, reference, counts, missing, distance };
}

function binsOf(profile: ColumnProfile): {
  readonly bins: FeatureBins;
  readonly reference: readonly number[];
} {
  if (profile.kind === 'numeric') {
    const { edges, counts } = profile.bins ?? { edges: [], counts: [] };
    return { bins: { of: 'numbers', edges }, reference: counts };
  }
  const named = profile.categories.slice(0, COUNTED_CATEGORIES);
  const counted = named.map(({ rows }) => rows);
  const others = profile.rows - counted.reduce((sum, rows) => sum + rows, 0);
  const categories = named.map(({ value }) => value);
  return { bins: { of: 'categories', categories }, reference: [...counted, others] };
}

/** Versions have many windows, and one profile. */
class ProfileReader {
  readonly #read = new Map<string, Promise<ReferenceProfile | null>>();

  constructor(readonly artifacts: KeptArtifacts) {}

  of(ref: ArtifactRef): Promise<ReferenceProfile | null> {
    const known = this.#read.get(ref.sha256);
    if (known !== undefined) return known;
    const read = readKept<unknown>(this.artifacts, ref).then((content) =>
      isReferenceProfile(content) ? content : null,
    );
    this.#read.set(ref.sha256, read);
    return read;
  }
}

/** `null` where the artifact is gone: a history shows what is left. */
async function readKept<T>(artifacts: KeptArtifacts, ref: ArtifactRef): Promise<T | null> {
  return (await artifacts.has(ref)) ? artifacts.readJson<T>(ref) : null;
}
