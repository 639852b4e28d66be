/** What a detector says after a value. A drift is never a warning as well. */
export interface Detection {
  /** The stream may be about to change: a time to begin keeping rows for retraining. */
  readonly warning: boolean;
  /** The stream has changed; the next value starts the detector anew. */
  readonly drift: boolean;
}

// Shared, so that an update makes no object.
export const STEADY: Detection = Object.freeze({ warning: false, drift: false });
export const WARNING: Detection = Object.freeze({ warning: true, drift: false });
export const DRIFT: Detection = Object.freeze({ warning: false, drift: true });

export type DetectionName = 'steady' | 'warning' | 'drift';

export function detectionName(detection: Detection): DetectionName {
  if (detection.drift) return 'drift';
  return detection.warning ? 'warning' : 'steady';
}

/** `undefined` for any other name. */
export function detectionOf(name: unknown): Detection | undefined {
  if (name === 'steady') return STEADY;
  if (name === 'warning') return WARNING;
  return name === 'drift' ? DRIFT : undefined;
}
