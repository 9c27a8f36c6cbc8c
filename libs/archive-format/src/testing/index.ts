export { inChunks, noise, collect } from './entries';
export { inspectTar, inspectZip, type Inspected } from './inspect';
