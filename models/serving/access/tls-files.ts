import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import { MillraceError } from '../../../contracts/index.js';

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
