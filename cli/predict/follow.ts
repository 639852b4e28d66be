import { resolve } from 'node:path';
import type { BadRowAction } from '../../contracts/index.js';
import type { VersionWanted } from '../../models/batch/batch-model.js';
import type { JobFeaturesDeps } from '../../models/batch/features/job-features.js';
import { FileSource } from '../../models/batch/stream/file-source.js';
import { FollowedVersion } from '../../models/batch/stream/followed-version.js';
import { FileSink, StreamOutSink } from '../../models/batch/stream/output-lines.js';
import type { StreamSource } from '../../models/batch/stream/ports.js';
import { predictStream, type StreamCounts } from '../../models/batch/stream/predict-stream.js';
import { RedisSource, readRedisAddress } from '../../models/batch/stream/redis-source.js';
import type { RegistryReader } from '../../models/registry/ports.js';
import type { ModelDeps } from '../../models/sources/index.js';
import type { Cli } from '../command.js';
import { EXIT, UsageError } from '../errors.js';
import { requireOtherFile } from './other-file.js';

export interface FollowArguments {
  readonly model: string;
  /** `null`: the champion of the moment. */
  readonly version: VersionWanted;
  /** File or URL. */
  readonly source: string;
  /** `-`: standard output. */
  readonly output: string;
  readonly checkpoint: string | null;
  readonly columns: readonly string[] | null;
  readonly onBadRow: BadRowAction;
  readonly untilEnd: boolean;
  /** How long what is away is waited for. */
  readonly waitMs: number;
}

export interface FollowDeps extends ModelDeps {
  /** How the features of a version are looked up. */
  readonly features: JobFeaturesDeps;
}

/** Predicts for the records of a stream as they come, until it is interrupted. */
export async function predictFollowing(
  cli: Cli,
  registry: RegistryReader,
  deps: FollowDeps,
  given: FollowArguments,
): Promise<void> {
  const toStdout = given.output === '-';
  const output = resolve(cli.cwd, given.output);
  const checkpointFile =
    given.checkpoint === null ? `${output}.checkpoint.json` : resolve(cli.cwd, given.checkpoint);
  if (toStdout && given.checkpoint === null) {
    throw new UsageError(
      '--output - needs --checkpoint FILE',
      'what was predicted for has to be remembered somewhere',
    );
  }
  if (toStdout && cli.out.json) {
    throw new UsageError('--json and --output - would both write to stdout', 'give a file');
  }
  if (/\.(csv|parquet)$/i.test(given.output)) {
    throw new UsageError(
      `a stream is written as NDJSON, and ${given.output} is called otherwise`,
      'call it .ndjson; --input FILE writes whole files in other formats',
    );
  }
  const source = await sourceOf(cli, given);
  const asked = new FollowedVersion({
    registry,
    model: given.model,
    wanted: given.version,
    models: deps,
    features: deps.features,
    say: (text) => cli.out.note(text),
  });
  const interrupted = cli.catchInterrupts();
  const stop = new AbortController();
  interrupted.addEventListener('abort', () => stop.abort());
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort());
  try {
    // A model that cannot be asked is told of before anything is waited for.
    await asked.take();
    const counts = await predictStream(
      {
        source,
        sink: toStdout ? new StreamOutSink(process.stdout) : new FileSink(output),
        checkpointFile,
        columns: given.columns,
        onBadRow: given.onBadRow,
        version: () => asked.take(),
        outages: { longestMs: given.waitMs, say: (text) => cli.out.note(text) },
      },
      stop.signal,
    );
    say(cli, given, counts, toStdout);
    if (interrupted.aborted) cli.exitCode = EXIT.interrupted;
  } finally {
    await asked.release();
  }
}

async function sourceOf(
  cli: Cli,
  { source, output, untilEnd }: FollowArguments,
): Promise<StreamSource> {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(source)?.[1]?.toLowerCase();
  if (scheme === 'redis' || scheme === 'rediss') {
    return new RedisSource(readRedisAddress(source), untilEnd);
  }
  if (scheme === undefined || scheme === 'file') {
    const path = scheme === 'file' ? new URL(source).pathname : source;
    const file = resolve(cli.cwd, decodeURIComponent(path));
    await requireOtherFile(file, resolve(cli.cwd, output));
    return new FileSource({ path: file, untilEnd });
  }
  throw new UsageError(
    `${scheme}: is no stream that can be followed`,
    'give a file, or redis://HOST:PORT/STREAM?group=GROUP',
  );
}

function say(cli: Cli, given: FollowArguments, counts: StreamCounts, toStdout: boolean): void {
  const { records, written, bad, firstBad } = counts;
  const words = `${records} records read, ${written} predictions written`;
  if (toStdout) cli.out.note(words);
  else cli.out.result({ model: given.model, output: given.output, ...counts }, () => words);
  if (firstBad === null) return;
  cli.out.note(
    `${bad} records could not be predicted for, the first at ${firstBad.where}: ${firstBad.reason}`,
  );
}
