import { mergeExpositions } from './merge-expositions.js';
import { type ToProcess, tellStarter } from './messages.js';

/** The measures of all processes of a gateway, from any of them, by the one that started them. */
export class SiblingMetrics {
  readonly #waiting = new Map<number, (text: string) => void>();
  #asks = 0;

  /** @param render - the measures of this process */
  constructor(private readonly render: () => string) {
    process.on('message', (message: ToProcess) => this.#take(message));
  }

  /** Of those that answer, each series with the number of its process. */
  all(): Promise<string> {
    this.#asks += 1;
    const ask = this.#asks;
    return new Promise((resolve) => {
      this.#waiting.set(ask, resolve);
      tellStarter({ kind: 'wantMetrics', ask });
    });
  }

  #take(message: ToProcess): void {
    const { kind, ask } = message;
    if (kind === 'giveMetrics') {
      tellStarter({ kind: 'metrics', ask, text: this.render() });
      return;
    }
    this.#waiting.get(ask)?.(mergeExpositions(message.texts));
    this.#waiting.delete(ask);
  }
}
