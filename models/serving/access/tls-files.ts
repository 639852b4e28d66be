import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import { MillraceError } from '../../../contracts/index.js';
import type { Logger } from '../../../logging/logger.js';
import { plainTextWarning } from '../../access/plain-text.js';
import type { GatewaySettings } from '../settings.js';

export interface TlsFiles {
  /** Certificate chain in PEM, the gateway's own first. */
  readonly certFile: string;
  /** Its private key in PEM. */
  readonly keyFile: string;
}

export interface TlsContent {
  readonly cert: Buffer;
  readonly key: Buffer;
}

/**
 * The certificate that a gateway is to speak HTTPS with; `null`: it speaks HTTP, which is warned of
 * where other machines reach it.
 *
 * @throws MillraceError as {@link readTlsFiles}
 */
export async function openTls(
  { host, tls, isBehindTls = false }: Pick<GatewaySettings, 'host' | 'tls' | 'isBehindTls'>,
  logger: Pick<Logger, 'warn'>,
): Promise<TlsContent | null> {
  if (tls !== undefined) return readTlsFiles(tls);
  const warning = plainTextWarning({ ...(host && { host }), hasTls: false, isBehindTls });
  if (warning !== null) logger.warn(`${warning.message}; ${warning.hint}`);
  return null;
}

/** @throws MillraceError `InvalidInput` for files that cannot be read or do not fit each other */
export async function readTlsFiles({ certFile, keyFile }: TlsFiles): Promise<TlsContent> {
  try {
    const [cert, key] = await Promise.all([readFile(certFile), readFile(keyFile)]);
    createSecureContext({ cert, key });
    return { cert, key };
  } catch (error) {
    throw new MillraceError(
      'InvalidInput',
      `the certificate cannot be used: ${error instanceof Error ? error.message : String(error)}`,
      `give a certificate (${certFile}) and the private key that it was made for (${keyFile}), both in PEM`,
      { cause: error },
    );
  }
}
