/** What the processes of one gateway tell each other, by the channel to the one that started them. */
export type FromProcess =
  | { readonly kind: 'ready'; readonly address: string; readonly grpcAddress: string | null }
  /** Asks for the measures of all. */
  | { readonly kind: 'wantMetrics'; readonly ask: number }
  /** Answers a `giveMetrics` with its own. */
  | { readonly kind: 'metrics'; readonly ask: number; readonly text: string };

export type ToProcess =
  | { readonly kind: 'giveMetrics'; readonly ask: number }
  /** Answers a `wantMetrics`: by the number of the process, of those that answered in time. */
  | {
      readonly kind: 'allMetrics';
      readonly ask: number;
      readonly texts: readonly (readonly [process: number, text: string])[];
    };

/** In the environment of each process of several: its number, from 1. */
export const PROCESS_NUMBER = 'MILLRACE_GATEWAY_PROCESS';

/** Tells the process that started this one. */
export function tellStarter(message: FromProcess): void {
  process.send?.(message);
}
