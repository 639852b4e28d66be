import type { BacktestDocument } from '../../../contracts/index.js';
export function backtestPage(document: BacktestDocument, about: { generatedAt: string; version?: string }): string { return JSON.stringify([document, about]); }
