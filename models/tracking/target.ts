import { MillraceError } from '../../contracts/index.js';

/** An MLflow server, and how to call it. */
export interface TrackingTarget {
  /** Address without credentials and without a slash at its end: names the server in the registry. */
  readonly name: string;
  /** Value of the header `Authorization`; `null` without credentials. */
  readonly authorization: string | null;
}

const HINT =
  'set MLFLOW_TRACKING_URI to the address of an MLflow server, such as http://127.0.0.1:5000';

/**
 * Which MLflow server the environment names, as MLflow's own clients read it: `MLFLOW_TRACKING_URI`,
 * with `MLFLOW_TRACKING_TOKEN`, or with `MLFLOW_TRACKING_USERNAME` and `MLFLOW_TRACKING_PASSWORD`.
 *
 * @returns `null` where none is named
 * @throws MillraceError `InvalidInput` for an address that is no http(s) URL
 * @example trackingTarget({ MLFLOW_TRACKING_URI: 'http://127.0.0.1:5000/' })?.name; // 'http://127.0.0.1:5000'
 */
export function trackingTarget(env: NodeJS.ProcessEnv): TrackingTarget | null {
  const text = env['MLFLOW_TRACKING_URI'];
  if (text === undefined || text === '') return null;
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !['http:', 'https:'].includes(url.protocol)) {
    // Not the text itself: it may hold a password.
    throw new MillraceError(
      'InvalidInput',
      'MLFLOW_TRACKING_URI is no http or https address; millrace speaks to servers alone',
      HINT,
    );
  }
  return {
    name: `${url.origin}${url.pathname}`.replace(/\/+$/, ''),
    authorization: authorizationOf(env, url),
  };
}

function authorizationOf(env: NodeJS.ProcessEnv, url: URL): string | null {
  const user = env['MLFLOW_TRACKING_USERNAME'] ?? decodeURIComponent(url.username);
  const password = env['MLFLOW_TRACKING_PASSWORD'] ?? decodeURIComponent(url.password);
  if (user !== '') return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  const token = env['MLFLOW_TRACKING_TOKEN'] ?? '';
  return token === '' ? null : `Bearer ${token}`;
}
