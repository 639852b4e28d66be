/** Logs one line and prints one; `logger.test.ts` looks where each of them went. */
import { createLogger } from '../../logging/logger.js';

createLogger('gateway').child({ model: 'bike-demand', version: 2 }).info('serving');
process.stdout.write('output\n');
