import type { ModelServer, ModelSignature } from '../../../../contracts/index.js';
import type { InputRow } from '../../../inference/index.js';

/** What a request to the server is. */
export interface ServerRequest {
  /** Below the server's URL. */
  readonly path: string;
  readonly body: object;
}

/** Of each row, as the server gave it: nothing is checked yet. */
export interface GivenAnswers {
  readonly predictions: readonly unknown[];
  /** A list a row; absent: the server gave none. */
  readonly probabilities?: readonly unknown[];
}

/** A language that servers of models speak over HTTP. */
export interface Protocol {
  /** Answers 200 once the server can be asked. */
  readyPath(server: ModelServer): string;
  request(server: ModelServer, signature: ModelSignature, rows: readonly InputRow[]): ServerRequest;
  /**
   * @param body - parsed JSON of a 200
   * @throws Error saying how it is not an answer of this protocol: `has no outputs`
   */
  answers(
    server: ModelServer,
    signature: ModelSignature,
    body: unknown,
    rows: number,
  ): GivenAnswers;
}
