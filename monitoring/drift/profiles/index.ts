export * from './data-profile.js';
