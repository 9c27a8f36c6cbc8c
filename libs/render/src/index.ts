export { escapedText } from './html-output';
export { imageAddressOf, imageUrlOf, IMAGE_PROXY_PREFIX } from './images/image-address';
export { Renderer, type RendererOptions } from './pool/renderer';
export type { ImageRules, Reduction, RenderJob, Rendering, TextPlace } from './rendering';
