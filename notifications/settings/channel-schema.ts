import * as z from 'zod';
import { parseDurationMs } from '../../contracts/index.js';

/** The file says where a secret is, never what it is. */
const secret = z.union(
  [z.strictObject({ env: z.string().min(1) }), z.strictObject({ file: z.string().min(1) })],
  { error: 'must be {env: NAME} or {file: PATH}: the file itself holds no secret' },
);
export type SecretRef = z.infer<typeof secret>;

const httpUrl = z.url({
  protocol: /^https?$/,
  error: 'must be a URL that begins with https:// or http://',
});
const text = z.string().min(1);
const address = z.string().regex(/^[^\r\n]+@[^\s@]+$/, 'must be a mail address');

/** Local addresses of the machine and of cloud metadata are refused unless this is true. */
const allowLinkLocal = z.boolean().default(false);

const smtp = z.strictObject({
  kind: z.literal('smtp'),
  host: text,
  port: z.int().min(1).max(65_535).default(587),
  /** `starttls` never sends a line of the message, nor the password, before it is encrypted. */
  tls: z.enum(['starttls', 'implicit', 'none']).default('starttls'),
  /** PEM file of the authority that signed the server's certificate, where it is the house's own. */
  caFile: text.optional(),
  user: text.optional(),
  password: secret.optional(),
  from: address,
  to: z.array(address).min(1),
});

const slack = z.strictObject({ kind: z.literal('slack'), url: secret, allowLinkLocal });

const webhook = z.strictObject({
  kind: z.literal('webhook'),
  url: z.union([httpUrl, secret], { error: 'must be a URL, {env: NAME} or {file: PATH}' }),
  secret,
  allowLinkLocal,
});

const pagerDuty = z.strictObject({
  kind: z.literal('pagerDuty'),
  routingKey: secret,
  url: httpUrl.default('https://events.pagerduty.com/v2/enqueue'),
  allowLinkLocal,
});

const stdout = z.strictObject({ kind: z.literal('stdout') });

const channel = z.discriminatedUnion('kind', [smtp, slack, webhook, pagerDuty, stdout], {
  error: 'must have a kind: smtp, slack, webhook, pagerDuty or stdout',
});

const duration = z
  .string()
  .refine((value) => parseDurationMs(value) !== null, 'must be a duration such as 30s')
  .transform((value) => parseDurationMs(value) ?? 0);

export const channelsFile = z.strictObject({
  /** How long mail and Slack wait for further alerts of the same trouble. */
  gather: duration.default(30_000),
  channels: z
    .record(
      z.string().regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/, 'must be a name such as on-call'),
      channel,
    )
    .default({}),
});

export type SmtpChannel = z.infer<typeof smtp>;
export type SlackChannel = z.infer<typeof slack>;
export type WebhookChannel = z.infer<typeof webhook>;
export type PagerDutyChannel = z.infer<typeof pagerDuty>;
export type Channel = z.infer<typeof channel>;

/** `channels.yaml` as it is read. */
export interface Channels {
  readonly gatherMs: number;
  readonly byName: ReadonlyMap<string, Channel>;
  /** Where paths of the file begin. */
  readonly directory: string;
}
