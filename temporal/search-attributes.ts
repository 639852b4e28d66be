import type { Connection } from '@temporalio/client';
// The package is CommonJS whose exports Node cannot tell by name.
import proto from '@temporalio/proto';
import { MillraceError, SEARCH_ATTRIBUTES } from '../contracts/index.js';

/**
 * Registers millrace's search attributes on a server that was not started by millrace, where they
 * are missing and the server lets us.
 *
 * @returns the names that were added
 * @throws MillraceError `ServiceUnavailable` when some are missing and cannot be added, with the
 * commands that an operator runs instead (Temporal Cloud has them in its own tools)
 */
export async function ensureSearchAttributes(
  connection: Connection,
  namespace: string,
): Promise<readonly string[]> {
  const missing = await missingSearchAttributes(connection, namespace);
  if (missing.length === 0) return [];
  const type = proto.temporal.api.enums.v1.IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD;
  try {
    await connection.operatorService.addSearchAttributes({
      namespace,
      searchAttributes: Object.fromEntries(missing.map((name) => [name, type])),
    });
  } catch (error) {
    // Another worker may have added them meanwhile.
    if ((await missingSearchAttributes(connection, namespace)).length === 0) return [];
    const flags = missing.map((name) => `--name ${name} --type Keyword`).join(' ');
    throw new MillraceError(
      'ServiceUnavailable',
      `namespace ${namespace} lacks the search attributes ${missing.join(', ')}, and the server does not let us add them: ${(error as Error).message}`,
      `have an operator run \`temporal operator search-attribute create --namespace ${namespace} ${flags}\``,
      { cause: error },
    );
  }
  return missing;
}

async function missingSearchAttributes(
  connection: Connection,
  namespace: string,
): Promise<string[]> {
  try {
    // Asked of the front end that everyone may ask; Temporal Cloud has no operator service.
    const { customAttributes } = await connection.operatorService.listSearchAttributes({
      namespace,
    });
    return Object.values(SEARCH_ATTRIBUTES).filter((name) => !(name in (customAttributes ?? {})));
  } catch (error) {
    const { keys } = await connection.workflowService.getSearchAttributes({}).catch(() => {
      throw error;
    });
    return Object.values(SEARCH_ATTRIBUTES).filter((name) => !(name in (keys ?? {})));
  }
}
