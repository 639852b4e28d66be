import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { createTransport } from 'nodemailer';
import { DeliveryFailure } from '../delivery-failure.js';
import type { Outgoing, Sent } from '../outgoing.js';
import type { SmtpChannel } from '../settings/channel-schema.js';
import { secretOf } from '../settings/secret.js';
import { cut, plainText, subjectOf } from '../words.js';

const CONNECT_WITHIN_MS = 10_000;
const IDLE_MS = 20_000;

/** Mail over one connection of its own: an alert is rare, a pool would only grow stale. */
export async function sendMail(
  channel: SmtpChannel,
  message: Outgoing,
  directory: string,
): Promise<Sent> {
  const { host, port, tls, user, password, caFile } = channel;
  const transport = createTransport({
    host,
    port,
    secure: tls === 'implicit',
    requireTLS: tls === 'starttls',
    ignoreTLS: tls === 'none',
    ...(caFile === undefined ? {} : { tls: { ca: await readFile(resolve(directory, caFile)) } }),
    ...(user === undefined || password === undefined
      ? {}
      : { auth: { user, pass: await secretOf(password, directory) } }),
    connectionTimeout: CONNECT_WITHIN_MS,
    greetingTimeout: CONNECT_WITHIN_MS,
    socketTimeout: IDLE_MS,
    dnsTimeout: CONNECT_WITHIN_MS,
  });
  const mail = mailOf(channel, message);
  try {
    const { response, rejected } = await transport.sendMail({
      ...mail,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    const refused = rejected.length === 0 ? '' : `; refused: ${rejected.join(', ')}`;
    return { sent: `Subject: ${mail.subject}\n\n${mail.text}`, detail: `${response}${refused}` };
  } catch (error) {
    throw understood(error, `${host}:${port}`);
  } finally {
    transport.close();
  }
}

export function mailOf({ from, to }: SmtpChannel, { tellings, idempotencyKey }: Outgoing) {
  const [{ alert }] = tellings;
  const domain = /@([^>\s]+)>?$/.exec(from)?.[1] ?? 'millrace';
  return {
    from,
    to: [...to],
    subject: cut(subjectOf(tellings), 200),
    text: plainText(tellings),
    // The same on every attempt: a mail that came twice is shown once.
    messageId: `<${idempotencyKey}@${domain}>`,
    date: new Date(alert.at),
    headers: {
      'Auto-Submitted': 'auto-generated',
      'X-Millrace-Group': alert.group,
      'X-Millrace-Severity': alert.severity,
    },
  };
}

/** Codes from 500 are the server's last word; no connection, and codes from 400, pass. */
function understood(error: unknown, server: string): DeliveryFailure {
  const { message, responseCode } = error as Error & { responseCode?: number };
  return new DeliveryFailure(`${server}: ${message}`, {
    permanent: responseCode !== undefined && responseCode >= 500,
    cause: error,
  });
}
