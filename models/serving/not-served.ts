import { isMillraceError, MillraceError } from '../../contracts/index.js';

export function notServed(model: string, served: readonly string[]): MillraceError {
  return new MillraceError(
    'NotFound',
    `model ${JSON.stringify(model)} is not served here`,
    `served: ${served.join(', ') || 'none; deploy a version first'}`,
  );
}

const SEE_LOG = "the gateway's log says why";

/** Why a version is not served: ours in full, a library's by its message. Clients are told of no file. */
export function loadFailure(model: string, version: number, cause: unknown): MillraceError {
  const what = `version ${version} of ${model} cannot be loaded`;
  const reason = cause instanceof Error ? cause.message : String(cause);
  const hint = isMillraceError(cause) ? cause.hint : undefined;
  const why = isMillraceError(cause) ? (cause.told ?? wordsOf(cause)) : SEE_LOG;
  return new MillraceError(
    'ServiceUnavailable',
    `${what}: ${reason}`,
    hint ?? 'roll back to an earlier version or register it again',
    { cause, told: `${what}: ${why}` },
  );
}

/** What does not fit together in a version is said of its settings alone. */
function wordsOf({ type, message }: MillraceError): string {
  return type === 'InvalidInput' ? message : SEE_LOG;
}

/** The champion is not there yet, or could not be loaded. */
export function notLoaded(
  model: string,
  wanted: number,
  failure: { readonly version: number; readonly error: MillraceError } | null,
): MillraceError {
  if (failure?.version === wanted) return failure.error;
  return new MillraceError(
    'ServiceUnavailable',
    `version ${wanted} of ${model} is being loaded`,
    'try again in a moment',
  );
}

export function stillStarting(): MillraceError {
  return new MillraceError(
    'ServiceUnavailable',
    'the gateway is starting: the registry has not been read yet',
    'try again in a moment',
  );
}

export const REGISTRY_AWAY = 'the registry cannot be read';

export function registryUnreadable(cause: unknown): MillraceError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new MillraceError(
    'ServiceUnavailable',
    `${REGISTRY_AWAY}, so no model is known yet: ${reason}`,
    'see `millrace doctor`',
    { cause, told: `${REGISTRY_AWAY}, so no model is known yet; ${SEE_LOG}` },
  );
}
