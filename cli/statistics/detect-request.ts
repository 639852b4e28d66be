import { readFile } from 'node:fs/promises';
import { MillraceError } from '../../contracts/index.js';
import {
  DETECTORS,
  type Detector,
  type DetectorDescriptor,
  findDetector,
  restoreDetector,
} from '../../monitoring/drift/streaming/index.js';
import { nearest, suggestion } from '../../pipelines/nearest.js';
import { UsageError } from '../errors.js';

export interface DetectorRequest {
  /** Absent: the snapshot's, or else adwin. */
  readonly detector?: string;
  /** As written: `--option name=value`. */
  readonly option?: Readonly<Record<string, string>>;
  /** File of a snapshot to go on from. */
  readonly resume?: string;
}

const STANDARD_DETECTOR = 'adwin';

/**
 * The detector that the command line asks for, new or from a snapshot.
 *
 * @throws UsageError on an unknown detector or option, or a value out of its range
 * @throws MillraceError `InvalidInput` when the snapshot is none
 */
export async function requestedDetector(request: DetectorRequest): Promise<Detector> {
  if (request.resume !== undefined) return resumed(request.resume, request);
  const descriptor = namedDetector(request.detector ?? STANDARD_DETECTOR);
  const options = readOptions(descriptor, request.option ?? {});
  try {
    return descriptor.build(options);
  } catch (error) {
    // Values that are each in range and do not fit together.
    if (error instanceof RangeError) throw new UsageError(error.message);
    throw error;
  }
}

function namedDetector(name: string): DetectorDescriptor {
  try {
    return findDetector(name);
  } catch {
    const names = DETECTORS.map((detector) => detector.name);
    const near = nearest(name, [...names, ...DETECTORS.flatMap(({ aliases }) => aliases)]);
    throw new UsageError(
      `there is no detector ${name}`,
      `${near === null ? '' : `did you mean ${near}? `}there are ${names.join(', ')}`,
    );
  }
}

/** Names count without letter case, `-` and `_`, so that River's `warm_start` is `warmStart`. */
function readOptions(
  { name: detector, options }: DetectorDescriptor,
  written: Readonly<Record<string, string>>,
): { readonly [name: string]: unknown } {
  const names = Object.keys(options);
  const values: Record<string, unknown> = {};
  for (const [key, text] of Object.entries(written)) {
    const name = names.find((candidate) => plain(candidate) === plain(key));
    const option = name === undefined ? undefined : options[name];
    if (name === undefined || option === undefined) {
      throw new UsageError(`${detector} has no option ${key}`, suggestion(key, names));
    }
    const value = option.read(text);
    if (!option.takes(value)) {
      throw new UsageError(
        `${detector}: ${name} must be ${option.range}, not ${text === '' ? 'empty' : text}`,
        `${option.meaning}; default ${option.default ?? 'an estimate'}`,
      );
    }
    values[name] = value;
  }
  return values;
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[-_]/g, '');
}

async function resumed(file: string, { detector, option }: DetectorRequest): Promise<Detector> {
  if (option !== undefined) {
    throw new UsageError('--option does not go with --resume', 'the snapshot holds the options');
  }
  const restored = restore(file, await readText(file));
  if (detector !== undefined && namedDetector(detector).name !== restored.name) {
    throw new UsageError(
      `${file} is a snapshot of ${restored.name}, not of ${detector}`,
      'leave --detector out: the snapshot names it',
    );
  }
  return restored;
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new MillraceError(
      'InvalidInput',
      `${file} cannot be read: ${(error as Error).message}`,
      'give a file that --snapshot wrote',
    );
  }
}

function restore(file: string, text: string): Detector {
  try {
    return restoreDetector(JSON.parse(text));
  } catch (error) {
    if (!(error instanceof RangeError) && !(error instanceof SyntaxError)) throw error;
    throw new MillraceError(
      'InvalidInput',
      // What the parser says repeats the file.
      `${file}: ${error instanceof SyntaxError ? 'it is no JSON' : error.message}`,
      'give a file that --snapshot wrote, of this release',
    );
  }
}
