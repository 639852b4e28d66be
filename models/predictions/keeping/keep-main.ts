// A pass over the prediction log in a process of its own: what DuckDB takes is given back at its end.
import { setPriority } from 'node:os';
import { createLogger } from '../../../logging/logger.js';
import { type KeepLogOptions, keepLog } from './keep-log.js';

/** After whatever else the machine does. */
const NICE = 10;

setPriority(NICE);
const asked = JSON.parse(process.argv[2] ?? '{}') as Omit<KeepLogOptions, 'logger'>;
const logger = createLogger('gateway');
const kept = await keepLog({ ...asked, logger });
if (kept.compacted + kept.deleted > 0) logger.info(kept, 'the prediction log was tidied');
