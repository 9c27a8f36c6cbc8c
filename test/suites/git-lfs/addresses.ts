import type { IncomingMessage } from 'node:http';
import { json } from 'node:stream/consumers';
import type { Actor } from '../../support';
import type { AddressBook, Place, Route } from '../front/address-book';

/** The test server asks for credentials where LFS is spoken, and leaves git open. */
const GIT: Route = { open: true, private: true };
const LFS: Route = { open: false, private: true };

const ADDRESS =
  /^\/(.+?)(?:\.git)?\/*(\/(?:info\/(?:refs|lfs\/.+?)|git-upload-pack|git-receive-pack|HEAD|objects\/.*?)(?:\?.*)?)$/;

function placeOf(target: string): Place | undefined {
  const [, name, rest] = ADDRESS.exec(target) ?? [];
  if (name === undefined || rest === undefined) return undefined;
  return { route: rest.startsWith('/info/lfs/') ? LFS : GIT, name, rest };
}

/** As the test server knows them: a password may also be the path that it is good for. */
function isKnown({ user, password }: { user: string; password: string }, { name }: Place): boolean {
  if (user === 'user') return password === 'pass';
  return user === 'netrcuser' || user === 'requirecreds' || (user === 'path' && name.startsWith(password));
}

/** `assert_server_object` asks for objects without their size, which the hub wants to know: it is looked up for it. */
async function withSizes(asked: IncomingMessage, fullName: string, owner: Actor): Promise<Buffer> {
  const body = (await json(asked)) as { objects: { oid: string; size?: number }[] };
  for (const object of body.objects) {
    const found = await owner.api<{ size_bytes: number }>('GET', `/api/v3/repos/${fullName}/lfs/objects/${object.oid}`);
    object.size ??= found.status === 200 ? found.body.size_bytes : 1;
  }
  return Buffer.from(JSON.stringify(body));
}

export const LFS_ADDRESSES: AddressBook = {
  repositories: 'remote',
  absentIsEmpty: true,
  placeOf,
  isKnown,
  bodyFor: (asked, fullName, owner) =>
    asked.headers['x-check-object'] === undefined ? undefined : withSizes(asked, fullName, owner),
};
