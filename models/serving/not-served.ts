import { isMillraceError, MillraceError } from '../../contracts/index.js';

export function notServed(model: string, served: readonly string[]): MillraceError {
  return new MillraceError(
    'NotFound',
    `model ${JSON.stringify(model)} is not served here`,
    `served: ${served.join(', ') || 'none; deploy a version first'}`,
  );
}

/** Why a version is not served, in words for the client: ours in full, a library's by its message. */
export function loadFailure(model: string, version: number, cause: unknown): MillraceError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const hint = isMillraceError(cause) ? cause.hint : undefined;
  return new MillraceError(
    'ServiceUnavailable',
    `version ${version} of ${model} cannot be loaded: ${reason}`,
    hint ?? 'roll back to an earlier version or register it again',
    { cause },
  );
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

export function registryUnreadable(cause: unknown): MillraceError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new MillraceError(
    'ServiceUnavailable',
    `the registry cannot be read, so no model is known yet: ${reason}`,
    'see `millrace doctor`',
    { cause },
  );
}
