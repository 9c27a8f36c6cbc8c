export { ImageCache, type ImageCacheOptions, type RemoteImage } from './image-cache';
export { OutboundError, type OutboundFault } from './outbound-error';
export { OutboundHttp, type OutboundOptions, type OutboundRequest, type OutboundResponse } from './outbound-http';
export { isPublicAddress } from './public-address';
export { RemoteImages, type RemoteImagesOptions } from './remote-images.service';
export type { OutboundRules } from './target-policy';
