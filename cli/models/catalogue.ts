import type { CatalogueEntry } from '../catalogue.js';

/** The commands below `millrace models`; the file of one is loaded when it is asked for. */
export const MODELS_CATALOGUE: readonly CatalogueEntry[] = [
  {
    name: 'show',
    summary: 'show one model: champion, versions, ledger',
    load: () => import('./show.js'),
  },
  {
    name: 'card',
    summary: 'print the model card of a version, with what is missing in it',
    load: () => import('./card.js'),
  },
  {
    name: 'lineage',
    summary: 'show the way of a version: data, run, deployments, measurements',
    load: () => import('./lineage.js'),
  },
  {
    name: 'export',
    summary: 'write a version as a package, the same bits for the same content',
    load: () => import('./export.js'),
  },
  {
    name: 'import',
    summary: 'verify a package and make a version of it',
    load: () => import('./import.js'),
  },
];
