import { MillraceError, type ModelServer, type ModelSignature } from '../../../contracts/index.js';
import type { Table } from '../../../storage/tabular/table.js';
import {
  type InputRow,
  type RowPredictions,
  rowsOfTable,
  type ServedModel,
  type TablePredictions,
  tableFromRows,
} from '../../inference/index.js';
import { unfitAnswer } from '../server-fault.js';
import { checkedAnswers } from './checked-answers.js';
import type { Protocol } from './protocols/protocol.js';
import type { ServerClient } from './server-client.js';

/** Rows of one request to the server. */
const CHUNK_ROWS = 1_024;

export interface ExternalModelOptions {
  /** For errors: `version 3 of coffee`. */
  readonly name: string;
  readonly signature: ModelSignature;
  readonly server: ModelServer;
  readonly protocol: Protocol;
  readonly client: ServerClient;
  /** Memory of a server that was started for this model; absent: it is another's. */
  readonly heldBytes?: () => number;
  /** Ends what was started for this model. */
  readonly close?: () => Promise<void>;
}

/** A model that another server answers for: rows out, answers in, both by the model's signature. */
export class ExternalModel implements ServedModel {
  readonly #options: ExternalModelOptions;

  constructor(options: ExternalModelOptions) {
    this.#options = options;
  }

  get signature(): ModelSignature {
    return this.#options.signature;
  }

  get heldBytes(): number {
    return this.#options.heldBytes?.() ?? 0;
  }

  async predict(rows: readonly InputRow[], signal?: AbortSignal): Promise<RowPredictions> {
    if (rows.length <= CHUNK_ROWS) return this.#ask(rows, signal);
    const parts: RowPredictions[] = [];
    for (let start = 0; start < rows.length; start += CHUNK_ROWS) {
      parts.push(await this.#ask(rows.slice(start, start + CHUNK_ROWS), signal));
    }
    const probabilities = parts.flatMap((part) => part.probabilities ?? []);
    return {
      predictions: parts.flatMap(({ predictions }) => predictions),
      ...(probabilities.length > 0 && { probabilities }),
    };
  }

  async predictTable(table: Table, signal?: AbortSignal): Promise<TablePredictions> {
    const { signature } = this.#options;
    return tableFromRows(signature, await this.predict(rowsOfTable(signature, table), signal));
  }

  async release(): Promise<void> {
    await this.#options.close?.();
  }

  async #ask(rows: readonly InputRow[], signal: AbortSignal | undefined): Promise<RowPredictions> {
    const { name, signature, server, protocol, client } = this.#options;
    const { path, body } = protocol.request(server, signature, rows);
    const answer = await client.post(path, body, signal);
    try {
      return checkedAnswers(signature, protocol.answers(server, signature, answer, rows.length));
    } catch (error) {
      if (error instanceof MillraceError) throw error;
      throw unfitAnswer(name, error instanceof Error ? error.message : String(error));
    }
  }
}
