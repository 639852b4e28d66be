import type { CutOff, MillraceError } from '../../contracts/index.js';
import type { Logger } from '../../logging/logger.js';
import { registryUnreadable } from './not-served.js';

/** Whether the registry answers: what a gateway says of itself while it goes on without it. */
export class RegistryContact {
  #known = false;
  #unreadable: MillraceError | null = null;
  #cutOff: CutOff | null = null;

  constructor(private readonly logger: Pick<Logger, 'info' | 'warn'>) {}

  /** It was read at least once. */
  get isKnown(): boolean {
    return this.#known;
  }

  /** Why it cannot be read now; `null`: it can, or was not tried yet. */
  get unreadable(): MillraceError | null {
    return this.#unreadable;
  }

  /** When it last could not be read, after it had been; `null`: never. */
  get cutOff(): CutOff | null {
    return this.#cutOff;
  }

  /** @returns whether that is news */
  wasRead(): boolean {
    const isNews = this.#unreadable !== null;
    if (isNews) this.logger.info('the registry can be read again');
    if (this.#cutOff?.until === null) {
      this.#cutOff = { ...this.#cutOff, until: new Date().toISOString() };
    }
    this.#known = true;
    this.#unreadable = null;
    return isNews;
  }

  wasNotRead(error: unknown): void {
    if (this.#unreadable === null) {
      this.logger.warn({ err: error }, 'the registry cannot be read; what served goes on');
      if (this.#known) this.#cutOff = { since: new Date().toISOString(), until: null };
    }
    this.#unreadable = registryUnreadable(error);
  }
}
