export * from './category-name.js';
export * from './data-profile.js';
export * from './merge-profiles.js';
export * from './profile-builder.js';
export * from './profile-queries.js';
export * from './slot-counter.js';
export { wordsOf } from './text-words.js';
