import type { LineHead } from './log-line.js';
import { text } from './log-sql.js';
import { parsePredictionId } from './prediction-id.js';

/**
 * The heads of the rows of a segment that is kept as Parquet, in its order. DuckDB is loaded with the
 * first: a gateway asks only when something is told of an old prediction.
 */
export async function readParquetHeads(
  path: string,
  onHead: (head: LineHead) => void,
): Promise<void> {
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const instance = await DuckDBInstance.create(':memory:', {
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    threads: '1',
  });
  const connection = await instance.connect();
  try {
    const result = await connection.stream(
      `SELECT id, "at", "eventTime", coalesce("timeAssumed", false) FROM read_parquet(${text(path)})`,
    );
    for (;;) {
      const chunk = await result.fetchChunk();
      if (chunk === null || chunk.rowCount === 0) return;
      for (const [id, at, eventTime, assumed] of chunk.getRows()) {
        const parts = parsePredictionId(String(id));
        if (parts === null) continue;
        const times = { at: String(at), timeAssumed: assumed === true };
        onHead({ ...parts, ...times, ...(eventTime !== null && { eventTime: String(eventTime) }) });
      }
    }
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
