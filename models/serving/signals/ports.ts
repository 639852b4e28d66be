import type { RetrainRequest, RollbackRequest } from '../../../contracts/index.js';
import type { Logger } from '../../../logging/logger.js';
import type { RegistryReader } from '../../registry/ports.js';

/** The way to the one workflow that may change a model. */
export interface SignalSender {
  /**
   * Returns once the request is kept and will be acted on.
   * @throws MillraceError `ServiceUnavailable` when that is not certain
   */
  send(model: string, request: RetrainRequest | RollbackRequest): Promise<void>;
}

export interface SignalDeps {
  readonly sender: SignalSender;
  readonly registry: Pick<RegistryReader, 'models' | 'champion' | 'isRequestKnown' | 'decisions'>;
  readonly logger: Logger;
}
