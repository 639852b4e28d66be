/**
 * A reference to an immutable file in the artifact store. Data and models travel between steps as
 * references; the content is verified against `sha256` when it is read.
 */
export interface ArtifactRef {
  /** `artifact:sha256/<hex>`: where it is does not depend on the machine. */
  readonly uri: string;
  /** Lower-case hex digest of the content. */
  readonly sha256: string;
  /** Size of the content in bytes. */
  readonly bytes: number;
  readonly mediaType: string;
}

export const MEDIA_TYPE = {
  parquet: 'application/vnd.apache.parquet',
  onnx: 'application/onnx',
  model: 'application/vnd.millrace.model+json',
  plan: 'application/vnd.millrace.plan+json',
  profile: 'application/vnd.millrace.profile+json',
  validation: 'application/vnd.millrace.validation+json',
  measurement: 'application/vnd.millrace.measurement+json',
  histograms: 'application/vnd.millrace.histograms+json',
  detector: 'application/vnd.millrace.detector+json',
  drift: 'application/vnd.millrace.drift+json',
  explanation: 'application/vnd.millrace.explanation+json',
  csv: 'text/csv',
  ndjson: 'application/x-ndjson',
  html: 'text/html',
  json: 'application/json',
  /** A packed directory. */
  tar: 'application/x-tar',
  bytes: 'application/octet-stream',
} as const;

/** Builds the store-independent URI of content with this digest. */
export function artifactUri(sha256: string): string {
  return `artifact:sha256/${sha256}`;
}

export function isArtifactRef(value: unknown): value is ArtifactRef {
  if (typeof value !== 'object' || value === null) return false;
  const ref = value as Record<string, unknown>;
  return (
    typeof ref['uri'] === 'string' &&
    typeof ref['sha256'] === 'string' &&
    /^[0-9a-f]{64}$/.test(ref['sha256']) &&
    ref['uri'] === artifactUri(ref['sha256']) &&
    typeof ref['bytes'] === 'number' &&
    typeof ref['mediaType'] === 'string'
  );
}
