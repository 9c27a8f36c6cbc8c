export { type ArchiveEntries, type ArchiveEntry } from './archive-entry';
export { gzipStream } from './deflate-stream';
export { writeTar } from './tar-writer';
export { writeZip } from './zip-writer';
export { TarReader, type TarEntry } from './tar-reader';
