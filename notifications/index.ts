export { DeliveryFailure } from './delivery-failure.js';
export { type Outgoing, outgoing, type Sent } from './outgoing.js';
export { gathers, send } from './send.js';
export type { Channel, Channels } from './settings/channel-schema.js';
export { nearestName } from './settings/nearest-name.js';
export { channelsPath, readChannels } from './settings/read-channels.js';
