import type { JsonValue } from '../../contracts/index.js';

/** The value of one model input; `null` where it is missing. */
export type InputValue = number | string | boolean | null;

/** One row as a model takes it: every input of the signature by its name, none other. */
export type InputRow = { readonly [name: string]: InputValue };

/** The context columns that came with a row; a column that was not given has no key. */
export type ContextRow = { readonly [name: string]: JsonValue };
