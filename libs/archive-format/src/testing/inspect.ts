import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** An entry as Python's zipfile or tarfile reads it. Names have one character a byte. */
export interface InspectedEntry {
  name: string;
  type: 'file' | 'directory' | 'symlink';
  mode: number;
  sizeBytes: number;
  /** Of the DOS fields in a zip, read as UTC. */
  mtimeSeconds: number;
  /** Hex SHA-256 of the content; of the target for symlinks in a zip. */
  sha256: string;
  /** Only in tar archives. */
  linkName?: string;
  /** Only in zip archives. */
  method?: number;
  flags?: number;
  /** Only in zip archives: the time in the extended timestamp field. */
  exactSeconds?: number | null;
}

export interface Inspected {
  entries: InspectedEntry[];
  /** A zip's comment, or the `comment` of a tar's pax global header. */
  comment: string;
}

const ZIP_SCRIPT = `
import calendar, hashlib, json, stat, struct, sys, zipfile
z = zipfile.ZipFile(sys.argv[1])
limit = int(sys.argv[2])
entries = []
for i in z.infolist():
    mode = i.external_attr >> 16
    kind = 'symlink' if stat.S_ISLNK(mode) else 'directory' if stat.S_ISDIR(mode) else 'file'
    exact, extra = None, i.extra
    while extra:
        tag, size = struct.unpack('<HH', extra[:4])
        if tag == 0x5455: exact = struct.unpack('<i', extra[5:9])[0]
        extra = extra[4 + size:]
    digest = hashlib.sha256(z.read(i)).hexdigest() if i.file_size <= limit else ''
    name = i.orig_filename.encode('utf8' if i.flag_bits & 0x800 else 'cp437').decode('latin1')
    entries.append(dict(name=name, type=kind, mode=mode & 0o7777, sizeBytes=i.file_size, method=i.compress_type,
        flags=i.flag_bits, mtimeSeconds=calendar.timegm(i.date_time), exactSeconds=exact, sha256=digest))
json.dump(dict(entries=entries, comment=z.comment.decode('latin1')), sys.stdout)
`;

const TAR_SCRIPT = `
import hashlib, json, sys, tarfile
t = tarfile.open(sys.argv[1], 'r|*', errors='surrogateescape')
limit = int(sys.argv[2])
raw = lambda s: s.encode('utf8', 'surrogateescape').decode('latin1')
entries = []
for i in t:
    kind = 'symlink' if i.issym() else 'directory' if i.isdir() else 'file'
    data = t.extractfile(i).read() if i.isfile() and i.size <= limit else b''
    entries.append(dict(name=raw(i.name) + ('/' if i.isdir() else ''), type=kind, mode=i.mode, sizeBytes=i.size,
        mtimeSeconds=int(i.mtime), linkName=raw(i.linkname), sha256=hashlib.sha256(data).hexdigest()))
json.dump(dict(entries=entries, comment=t.pax_headers.get('comment', '')), sys.stdout)
`;

/** Reads the zip file at `path` with Python's zipfile, contents up to `limitBytes` with their CRC checked. */
export function inspectZip(path: string, limitBytes = 64 * 1024 * 1024): Promise<Inspected> {
  return inspect(ZIP_SCRIPT, path, limitBytes);
}

/** Reads the tar file at `path`, compressed or not, with Python's tarfile. */
export function inspectTar(path: string, limitBytes = 64 * 1024 * 1024): Promise<Inspected> {
  return inspect(TAR_SCRIPT, path, limitBytes);
}

async function inspect(script: string, path: string, limitBytes: number): Promise<Inspected> {
  const { stdout } = await run('python3', ['-c', script, path, String(limitBytes)], { maxBuffer: 256 * 1024 * 1024 });
  return JSON.parse(stdout) as Inspected;
}
