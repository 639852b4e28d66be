/** A route of one model, or of one of its versions. */
export interface ModelRoute {
  readonly Params: { readonly model: string; readonly version?: string };
}

/** Both forms of each path: with a version, and without one for the champion. */
export const MODEL_PATHS = ['/v2/models/:model', '/v2/models/:model/versions/:version'] as const;
