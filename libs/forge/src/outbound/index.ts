export { OutboundError, type OutboundFault } from './outbound-error';
export { OutboundHttp, type OutboundOptions, type OutboundRequest, type OutboundResponse } from './outbound-http';
export { isPublicAddress } from './public-address';
export type { OutboundRules } from './target-policy';
