import type { ServerCommand } from '../../contracts/index.js';

/** A server that this process started for a model, and starts again when it dies. */
export interface RunningServer {
  /**
   * `http://127.0.0.1:40213`
   *
   * @throws ServerFault 503 while it is being started again
   */
  address(): string;
  /** Resident memory of all its processes, as it was measured last. */
  heldBytes(): number;
  /** SIGTERM, then SIGKILL; resolves once none of its processes runs. */
  stop(): Promise<void>;
}

export interface ServerToStart {
  /** For errors and its log: `version 3 of coffee`. */
  readonly name: string;
  readonly command: ServerCommand;
  /** @returns whether the server at this address can be asked */
  readonly isReady: (address: string) => Promise<boolean>;
  /** Asked after each start before the server counts; where it throws the start has failed. */
  readonly warmUp: (address: string) => Promise<void>;
}

/** Runs the servers of models that have a command. */
export interface ModelServers {
  /**
   * Starts a server and waits until it is ready.
   *
   * @throws ServerFault when it ends or is not ready in time, MillraceError `InvalidInput` for a command
   * that is not there, `ArtifactCorrupt` when what it serves is damaged
   */
  start(server: ServerToStart): Promise<RunningServer>;
  /** Ends what an earlier process left behind, should its watchdog have been killed too. */
  sweep(): Promise<void>;
  /** Ends every server. */
  close(): Promise<void>;
}
