import { existsSync } from 'node:fs';
import type { Logger } from '../../logging/logger.js';
import { accessLayout } from './access-layout.js';
import { type AccessSettings, readAccessSettings } from './access-settings.js';
import { AuditLog } from './audit-log.js';
import { Denials } from './denials.js';
import { Gate } from './gate.js';
import { KeyDirectory } from './key-directory.js';
import { KeyUsage } from './key-usage.js';
import type { Rate } from './request-rates.js';
import { createTokenVerifier } from './token-verifier.js';

export interface AccessOptions {
  /** Root of the state directory. */
  readonly home: string;
  readonly gatewayId: string;
  /** Whether callers are asked who they are. */
  readonly required: boolean;
  readonly logger: Logger;
}

/** All that one gateway has to do with who may call it. */
export interface Access {
  readonly gate: Gate;
  readonly audit: AuditLog;
  readonly denials: Denials;
  readonly gatewayId: string;
  /** Whether there are keys for signals. */
  readonly expectsSignals: boolean;
  /** Whether anybody at all could be let in now. */
  hasWayIn(): boolean;
  /** Sees keys that are made and revoked from now on. */
  start(): void;
  close(): Promise<void>;
}

/** @throws MillraceError `InvalidInput` for settings that do not fit */
export async function openAccess(options: AccessOptions): Promise<Access> {
  const { home, gatewayId, required, logger } = options;
  const { settingsFile, keysDir, usedDir, auditDir, signalKeysFile } = accessLayout(home);
  const settings = await readAccessSettings(settingsFile);
  const keys = new KeyDirectory(keysDir, logger, () => gate.forget());
  const usage = new KeyUsage(usedDir, gatewayId, logger);
  const { oidc } = settings;
  const tokens = oidc === undefined ? null : await createTokenVerifier(oidc, settingsFile, logger);
  const rate = rateOf(settings);
  const gate = new Gate({ required, keys, usage, tokens, signalKeysFile, rate, logger });
  const audit = new AuditLog({ directory: auditDir, writer: gatewayId, logger });
  const denials = new Denials(audit);
  await keys.look();
  return {
    gate,
    audit,
    denials,
    gatewayId,
    expectsSignals: existsSync(signalKeysFile) || keys.hasUsable(Date.now(), 'signal'),
    hasWayIn: () => tokens !== null || keys.hasUsable(Date.now()),
    start() {
      keys.start();
      usage.start();
    },
    async close() {
      await keys.stop();
      await usage.stop();
      denials.flush();
      await audit.close();
    },
  };
}

function rateOf({ rateLimit }: AccessSettings): Rate | null {
  if (rateLimit === undefined) return null;
  const { requestsPerSecond, burst = Math.max(1, Math.ceil(requestsPerSecond)) } = rateLimit;
  return { requestsPerSecond, burst };
}
