import { createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { createServer, type Server } from 'node:net';

export const SECURITY_KEY_TYPES = ['sk-ssh-ed25519@openssh.com', 'sk-ecdsa-sha2-nistp256@openssh.com'] as const;
type SecurityKeyType = (typeof SECURITY_KEY_TYPES)[number];

const uint32 = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};

/** Each as a `string` of RFC 4251, section 5. */
export const wire = (...strings: (string | Buffer)[]) =>
  Buffer.concat(strings.flatMap((string) => [uint32(Buffer.byteLength(string)), Buffer.from(string)]));

const sha256 = (bytes: Buffer | string) => createHash('sha256').update(bytes).digest();
const coordinate = (key: KeyObject, name: 'x' | 'y') =>
  Buffer.from(key.export({ format: 'jwk' })[name] ?? '', 'base64url');

function asMpints(raw: Buffer): Buffer {
  const mpint = (number: Buffer) => {
    const start = number.findIndex((byte) => byte !== 0);
    const least = number.subarray(start);
    return (least[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.alloc(1), least]) : least;
  };
  return wire(mpint(raw.subarray(0, 32)), mpint(raw.subarray(32)));
}

/** A FIDO authenticator in software: a key that signs as OpenSSH's PROTOCOL.u2f says. */
export class SecurityKey {
  readonly blob: Buffer;
  private readonly privateKey: KeyObject;

  constructor(readonly type: SecurityKeyType) {
    if (type === 'sk-ssh-ed25519@openssh.com') {
      const { publicKey, privateKey } = generateKeyPairSync('ed25519');
      this.privateKey = privateKey;
      this.blob = wire(type, coordinate(publicKey, 'x'), 'ssh:');
    } else {
      const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      this.privateKey = privateKey;
      const point = Buffer.concat([Buffer.from([4]), coordinate(publicKey, 'x'), coordinate(publicKey, 'y')]);
      this.blob = wire(type, 'nistp256', point, 'ssh:');
    }
  }

  /** @returns the inner signature, and behind it the flags and the counter. */
  sign(message: Buffer, { touched = true, application = 'ssh:' } = {}): { signature: Buffer; trailer: Buffer } {
    const trailer = Buffer.from([touched ? 1 : 0, 0, 0, 0, 42]);
    const signed = Buffer.concat([sha256(application), trailer, sha256(message)]);
    const signature = this.type.startsWith('sk-ssh-ed25519')
      ? sign(null, signed, this.privateKey)
      : asMpints(sign('sha256', signed, { key: this.privateKey, dsaEncoding: 'ieee-p1363' }));
    return { signature, trailer };
  }
}

const REQUEST_IDENTITIES = 11;
const IDENTITIES_ANSWER = 12;
const SIGN_REQUEST = 13;
const SIGN_RESPONSE = 14;
const FAILURE = Buffer.from([5]);

/** An ssh-agent with one security key (draft-miller-ssh-agent). */
export function startAgent(socketPath: string, key: SecurityKey): Server {
  const answer = (request: Buffer): Buffer => {
    if (request[0] === REQUEST_IDENTITIES) {
      return Buffer.concat([Buffer.from([IDENTITIES_ANSWER]), uint32(1), wire(key.blob, 'security key')]);
    }
    if (request[0] !== SIGN_REQUEST) return FAILURE;
    const dataAt = 1 + 4 + request.readUInt32BE(1) + 4;
    const { signature, trailer } = key.sign(request.subarray(dataAt, dataAt + request.readUInt32BE(dataAt - 4)));
    return Buffer.concat([Buffer.from([SIGN_RESPONSE]), wire(Buffer.concat([wire(key.type, signature), trailer]))]);
  };
  const server = createServer((socket) => {
    let received = Buffer.alloc(0);
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      while (received.length >= 4 && received.length >= 4 + received.readUInt32BE(0)) {
        const end = 4 + received.readUInt32BE(0);
        socket.write(wire(answer(received.subarray(4, end))));
        received = received.subarray(end);
      }
    });
    socket.on('error', () => undefined);
  });
  return server.listen(socketPath);
}
