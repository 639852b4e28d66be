import { MillraceError, type VersionRecord } from '../../../contracts/index.js';
import type { RegistryReader } from '../../registry/ports.js';
import type { ModelDeps } from '../../sources/index.js';
import { loadForJob, type VersionWanted, versionOfJob } from '../batch-model.js';
import { type JobFeaturesDeps, openJobFeatures } from '../features/job-features.js';
import type { AskedVersion } from './predict-records.js';

export interface FollowedVersionOptions {
  readonly model: string;
  /** A number, an alias, or `null` for the champion. */
  readonly wanted: VersionWanted;
  readonly registry: Pick<RegistryReader, 'champion' | 'version' | 'versions' | 'life'>;
  readonly models: ModelDeps;
  readonly features: JobFeaturesDeps;
  /** Told once when it has to go on with a version that it should not, and when that is over. */
  readonly say: (text: string) => void;
  /** How often it is looked whether another version is wanted; 2 s by default. */
  readonly lookMs?: number;
}

const LOOK_MS = 2_000;
/** A version that cannot be opened may take its time to say so: records wait for a tenth of it. */
const REST_AFTER_FAILURE = 9;

interface Opened {
  readonly asked: AskedVersion;
  close(): Promise<void>;
}

/**
 * The version that a stream asks: the one of a number, or the one of an alias or the champion, looked
 * at again from time to time. Where another one is wanted that cannot be opened, or the registry cannot
 * be read, the one that is open goes on and the other is tried again.
 */
export class FollowedVersion {
  readonly #options: FollowedVersionOptions;
  #opened: Opened | null = null;
  /** On the clock of `performance.now()`. */
  #nextLookMs = 0;
  /** What was said and still is so. */
  #trouble: string | null = null;

  constructor(options: FollowedVersionOptions) {
    this.#options = options;
  }

  /**
   * The version to ask now; the one before must not be asked any more.
   *
   * @throws MillraceError where the very first one is not there or cannot be opened
   */
  async take(): Promise<AskedVersion> {
    const { lookMs = LOOK_MS, wanted } = this.#options;
    const opened = this.#opened;
    if (opened !== null && typeof wanted === 'number') return opened.asked;
    const startedMs = performance.now();
    if (opened !== null && startedMs < this.#nextLookMs) return opened.asked;
    try {
      const asked = await this.#look(opened);
      this.#nextLookMs = performance.now() + lookMs;
      this.#overcome(asked);
      return asked;
    } catch (error) {
      if (opened === null) throw error;
      const nowMs = performance.now();
      this.#nextLookMs = nowMs + Math.max(lookMs, REST_AFTER_FAILURE * (nowMs - startedMs));
      this.#complain(opened.asked, error);
      return opened.asked;
    }
  }

  async release(): Promise<void> {
    await this.#opened?.close();
    this.#opened = null;
  }

  async #look(before: Opened | null): Promise<AskedVersion> {
    const { registry, model, wanted } = this.#options;
    const record = await versionOfJob(registry, model, wanted);
    if (before?.asked.version === record.version) return before.asked;
    const opened = await this.#open(record).catch((error: unknown) => {
      throw before === null ? error : new CannotBeOpened(record, error);
    });
    this.#opened = opened;
    await before?.close();
    return opened.asked;
  }

  async #open(record: VersionRecord): Promise<Opened> {
    const model = await loadForJob(this.#options.models, record);
    try {
      const features = await openJobFeatures(this.#options.features, record);
      const lookup = features?.lookup;
      return {
        asked: { version: record.version, model, ...(lookup && { lookup }) },
        // What of it cannot be closed ends with this process, and is no reason to end it now.
        close: async () => void (await Promise.allSettled([model.release(), features?.close()])),
      };
    } catch (error) {
      await model.release();
      throw error;
    }
  }

  #complain({ version }: AskedVersion, error: unknown): void {
    const { model, say } = this.#options;
    const trouble = error instanceof CannotBeOpened ? error.message : 'what to ask is not known';
    if (trouble === this.#trouble) return;
    this.#trouble = trouble;
    const reason = error instanceof CannotBeOpened ? error.cause : error;
    say(`version ${version} of ${model} goes on: ${trouble}: ${messageOf(reason)}`);
  }

  #overcome({ version }: AskedVersion): void {
    const { model, say } = this.#options;
    if (this.#trouble !== null) say(`version ${version} of ${model} is asked, as it should be`);
    this.#trouble = null;
  }
}

/** Its message is the same each time, whatever the cause says. */
class CannotBeOpened extends MillraceError {
  constructor({ version }: VersionRecord, cause: unknown) {
    const hint = 'promote another version, or mend what it needs';
    super('ServiceUnavailable', `version ${version} cannot be opened`, hint, { cause });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
