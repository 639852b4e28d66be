#!/usr/bin/env node
// What `bin` of package.json names, once the build has bundled it: starts the bundled command line.
import { fileURLToPath } from 'node:url';
import { readProgram } from '../setup/command-program.mjs';

readProgram(fileURLToPath(new URL('.', import.meta.url))).run();
