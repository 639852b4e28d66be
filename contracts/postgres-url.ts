/**
 * A Postgres URL whose TLS is asked for in the words that stay: the client takes `prefer`, `require` and
 * `verify-ca` for `verify-full`, and prints a warning about it in every process.
 *
 * @example strictPostgresUrl('postgres://db/x?sslmode=require'); // 'postgres://db/x?sslmode=verify-full'
 */
export function strictPostgresUrl(url: string): string {
  if (/[?&]uselibpqcompat=true(&|$)/.test(url)) return url;
  return url.replace(/([?&]sslmode=)(prefer|require|verify-ca)(?=&|$)/, '$1verify-full');
}
