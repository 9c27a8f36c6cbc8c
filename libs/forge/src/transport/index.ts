export { GitTransportService, type AdvertiseOptions } from './git-transport.service';
export type { Carried, Connection, Conversation, Exchange, FetchStart, PushStart } from './conversation';
