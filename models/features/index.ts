export { withEntityContext } from './entity-context.js';
export { entityKey } from './entity-key.js';
export * from './join-point-in-time.js';
export * from './lookup/feature-lookup.js';
export * from './materialize.js';
export * from './measure-skew.js';
export { onlineStorePlace, openOnlineStore } from './online/place.js';
export {
  type Materialization,
  ONLINE_STORE_URL,
  type OnlineStore,
  onlineTable,
} from './online/store.js';
export * from './served-definitions.js';
export * from './table-features.js';
