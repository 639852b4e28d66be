import { adwinDetector } from './adwin.js';
import { cusumDetector } from './cusum.js';
import { ddmDetector } from './ddm.js';
import type { DetectorDescriptor } from './descriptor.js';
import { detectionOf } from './detection.js';
import type { Detector, DetectorSnapshot } from './detector.js';
import { eddmDetector } from './eddm.js';
import { hddmADetector } from './hddm-a.js';
import { hddmWDetector } from './hddm-w.js';
import { kswinDetector } from './kswin.js';
import { onlineLsddDetector } from './online-lsdd.js';
import { onlineMmdDetector } from './online-mmd.js';
import { pageHinkleyDetector } from './page-hinkley.js';
import { SnapshotState } from './snapshot-state.js';

export const DETECTORS: readonly DetectorDescriptor[] = [
  adwinDetector,
  ddmDetector,
  eddmDetector,
  hddmADetector,
  hddmWDetector,
  pageHinkleyDetector,
  kswinDetector,
  cusumDetector,
  onlineMmdDetector,
  onlineLsddDetector,
];

/**
 * The detector of this name.
 *
 * @throws RangeError when there is none; the message lists those that there are
 * @example findDetector('earliest').name; // 'eddm'
 */
export function findDetector(name: string): DetectorDescriptor {
  const found = DETECTORS.find(
    (detector) => detector.name === name || detector.aliases.includes(name),
  );
  if (found !== undefined) return found;
  const names = DETECTORS.map((detector) => detector.name).join(', ');
  throw new RangeError(`no detector is called '${name}'; there are ${names}`);
}

/**
 * A detector with these options, the others at their defaults.
 *
 * @throws RangeError on an unknown detector or option, or a value out of range
 * @example createDetector('adwin', { delta: 0.01 }).options['clock']; // 32
 */
export function createDetector(
  name: string,
  options: { readonly [option: string]: unknown } = {},
): Detector {
  return findDetector(name).build(options);
}

/**
 * A detector that continues from a snapshot as if it had never stopped, bit for bit.
 *
 * @param snapshot - what {@link Detector.snapshot} gave, also after a way through JSON
 * @throws RangeError when it is none, or of a version that this release does not know
 */
export function restoreDetector(snapshot: unknown): Detector {
  const { detector: name, version, options, seen, last, state } = asSnapshot(snapshot);
  const detector = findDetector(name).build(options);
  if (version !== detector.version) {
    throw new RangeError(
      `snapshot of ${name}: version ${version} is not ${detector.version}, the one that is known`,
    );
  }
  const detection = detectionOf(last);
  if (detection === undefined || !Number.isSafeInteger(seen) || seen < 0) {
    throw new RangeError(`snapshot of ${name}: seen or last is not what a detector wrote`);
  }
  detector.resume(seen, detection, new SnapshotState(name, state));
  return detector;
}

function asSnapshot(value: unknown): DetectorSnapshot {
  const snapshot = value as Partial<DetectorSnapshot> | null;
  if (
    typeof snapshot !== 'object' ||
    snapshot === null ||
    typeof snapshot.detector !== 'string' ||
    typeof snapshot.options !== 'object' ||
    snapshot.options === null
  ) {
    throw new RangeError('this is no snapshot: it must have detector, version, options and state');
  }
  return snapshot as DetectorSnapshot;
}
