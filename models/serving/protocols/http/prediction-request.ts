import type { IncomingHttpHeaders } from 'node:http';
import type { RequestWatch } from '../../observing/request-watch.js';
import type { PredictionTarget } from './prediction-routes.js';
import type { ReceivedBody } from './receive-body.js';

/** Tensors of the Open Inference Protocol, or rows of MLflow's. */
export type PredictionForm = 'inference' | 'invocation';

/** A request for predictions that was let in and has arrived. */
export interface PredictionRequest {
  readonly headers: IncomingHttpHeaders;
  readonly target: PredictionTarget;
  readonly body: ReceivedBody;
  readonly watch: RequestWatch;
}

/** What a request is answered with, beside its status 200. */
export interface PredictionReply {
  readonly body: string | Buffer;
  readonly type: string;
  /** Names and values in turn. */
  readonly headers: readonly (string | number)[];
}

export const JSON_TYPE = 'application/json; charset=utf-8';
