/** Where Temporal's own tools look by default. */
export const DEFAULT_TEMPORAL_PORT = 7233;
export const DEFAULT_GATEWAY_PORT = 7700;
