import type { Detector, StreamValue } from './detector.js';
import { compileOptions, type DetectorOptions, type ValuesOf } from './detector-option.js';
import type { StreamInput } from './number-detector.js';
import type { StreamingDetector } from './streaming-detector.js';

/** A streaming detector: what the registry knows about it. */
export interface DetectorDescriptor<
  S extends DetectorOptions = DetectorOptions,
  X extends StreamValue = StreamValue,
> {
  /** Kebab-case, in the field's standard terms. */
  readonly name: string;
  /** Other names under which it is found. */
  readonly aliases: readonly string[];
  /** One line: what it watches for. */
  readonly summary: string;
  readonly input: StreamInput;
  /** Whether it also takes rows of several numbers. */
  readonly multivariate: boolean;
  /** Whether it knows warnings; the others only say drift. */
  readonly warns: boolean;
  readonly options: S;
  /**
   * @param options - those that differ from their defaults
   * @throws RangeError on an unknown option, a value out of range, or values that do not fit together
   */
  create(options?: Partial<ValuesOf<S>>): Detector<X>;
  /** The same for options from outside, with the parts that restoring needs. */
  build(options: { readonly [name: string]: unknown }): StreamingDetector<X>;
}

interface DetectorDefinition<S extends DetectorOptions, X extends StreamValue> {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly summary: string;
  readonly input: StreamInput;
  readonly multivariate?: boolean;
  readonly warns: boolean;
  readonly options: S;
  /** What is wrong with options that are each in range but do not fit together; `null` for nothing. */
  readonly conflict?: (options: ValuesOf<S>) => string | null;
  readonly make: (options: ValuesOf<S>) => StreamingDetector<X>;
}

export function defineDetector<S extends DetectorOptions, X extends StreamValue = number>(
  definition: DetectorDefinition<S, X>,
): DetectorDescriptor<S, X> {
  const { name, options: known, conflict, make, aliases = [], multivariate = false } = definition;
  const build = (given: { readonly [name: string]: unknown }) => {
    const options = compileOptions(name, known, given);
    const problem = conflict?.(options) ?? null;
    if (problem !== null) throw new RangeError(`${name}: ${problem}`);
    return make(options);
  };
  const { summary, input, warns } = definition;
  return {
    name,
    aliases,
    summary,
    input,
    multivariate,
    warns,
    options: known,
    create: (options = {}) => build(options),
    build,
  };
}
