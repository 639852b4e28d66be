import type { ServedModel } from '../inference/served-model.js';

interface Shared {
  readonly session: Promise<ServedModel>;
  users: number;
}

/**
 * Loads each version once however many places hold it: a champion that is an arm of a rollout, and
 * asked for by its number, is one session.
 */
export class SharedSessions {
  readonly #sessions = new Map<string, Shared>();

  /**
   * @param key - of the version
   * @param load - called where no one holds it
   * @returns a session that is released once everyone who was given it has released theirs
   */
  async take(key: string, load: () => Promise<ServedModel>): Promise<ServedModel> {
    let shared = this.#sessions.get(key);
    if (shared === undefined) {
      shared = { session: load(), users: 0 };
      this.#sessions.set(key, shared);
    }
    shared.users += 1;
    try {
      return this.#handOut(key, shared, await shared.session);
    } catch (error) {
      this.#giveBack(key, shared);
      throw error;
    }
  }

  #handOut(key: string, shared: Shared, session: ServedModel): ServedModel {
    return {
      signature: session.signature,
      predict: (rows) => session.predict(rows),
      predictTable: (table, signal) => session.predictTable(table, signal),
      release: async () => {
        if (this.#giveBack(key, shared)) await session.release();
      },
    };
  }

  /** @returns whether nobody holds it any more */
  #giveBack(key: string, shared: Shared): boolean {
    shared.users -= 1;
    if (shared.users > 0) return false;
    if (this.#sessions.get(key) === shared) this.#sessions.delete(key);
    return true;
  }
}
