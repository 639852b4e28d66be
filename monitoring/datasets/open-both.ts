import { type OpenTable, openTable } from '../../storage/tabular/index.js';

type OpenOptions = Parameters<typeof openTable>[1];

/**
 * Opens two files at a time, since finding out what is in a text file is work for one processor, and
 * closes them when `use` has ended.
 *
 * @throws MillraceError `InvalidInput` of the one that cannot be opened
 */
export async function openBoth<T>(
  reference: string,
  current: string,
  options: OpenOptions,
  use: (reference: OpenTable, current: OpenTable) => Promise<T>,
): Promise<T> {
  let end = (): void => undefined;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const { promise: opened, hold } = holding(ended);
  const held = openTable(reference, options, hold);
  const failed = held.then(() => new Promise<never>(() => undefined));
  // It may be that nobody has come to wait for it yet.
  failed.catch(() => undefined);
  try {
    const done = openTable(current, options, async (table) =>
      use(await Promise.race([opened, failed]), table),
    );
    // The reference's error first, where both cannot be opened.
    return await done.catch(async (error: unknown) => {
      await Promise.race([opened, failed]);
      throw error;
    });
  } finally {
    end();
    await held.catch(() => undefined);
  }
}

/** Tells of a table once it is open, and keeps it open. */
function holding(ended: Promise<void>) {
  let tell: (table: OpenTable) => void = () => undefined;
  const promise = new Promise<OpenTable>((resolve) => {
    tell = resolve;
  });
  const hold = (table: OpenTable): Promise<void> => {
    tell(table);
    return ended;
  };
  return { promise, hold };
}
