import { createHash } from 'node:crypto';
import { Client } from 'pg';
import { quiet } from '../git/world';
import { requestsPerSecond, type LoadRequest } from '../http-load';
import type { Row } from '../report';
import type { World } from './world';

const BATCH_OBJECTS = 100;
const CONNECTIONS = 8;
/** Different requests, so that no two in a row ask for the same. */
const REQUESTS = 50;
const OBJECT_BYTES = 12_345;

const oidOf = (n: number) => createHash('sha256').update(String(n)).digest('hex');

/**
 * Batches of downloads from one repository that links 1,000 objects, and again when it links many more: the cost of a
 * batch must not grow with what the database holds.
 */
export async function batchRate(world: World, { many, seconds }: { many: number; seconds: number }): Promise<Row[]> {
  const path = await world.alice.createRepository('batches');
  const { body } = await world.alice.api<{ id: number }>('GET', `/api/v3/repos/${path}`);
  const measure = async (linked: number) => {
    const requests = Array.from({ length: REQUESTS }, (_, n) => batchOf(world, path, { first: n * 7919, linked }));
    const rates: number[] = [];
    for (let run = 0; run < world.runs; run++) {
      rates.push(await requestsPerSecond(requests, { connections: CONNECTIONS, seconds }));
    }
    return rates;
  };
  await linkObjects(world, body.id, { from: 0, to: 1_000 });
  await quiet(world);
  world.say('Batches with 1000 objects');
  const few = await measure(1_000);
  world.say(`Linking ${many} objects`);
  await linkObjects(world, body.id, { from: 1_000, to: many });
  await quiet(world);
  world.say(`Batches with ${many} objects`);
  const rate = await measure(many);
  return [
    {
      ...{ what: `batch of ${BATCH_OBJECTS}, ${many} objects stored`, size: null, unit: 'requests/s' },
      ...{ hub: rate, peer: few, beside: 'itself at 1000 objects', target: '≥ 0.90' },
    },
  ];
}

function batchOf(
  { hub, alice }: World,
  path: string,
  { first, linked }: { first: number; linked: number },
): LoadRequest {
  const objects = Array.from({ length: BATCH_OBJECTS }, (_, n) => ({
    oid: oidOf((first + n * 104_729) % linked),
    size: OBJECT_BYTES,
  }));
  return {
    method: 'POST',
    url: `${hub.url}/${path}.git/info/lfs/objects/batch`,
    headers: { 'content-type': 'application/vnd.git-lfs+json', authorization: `Bearer ${alice.token}` },
    body: JSON.stringify({ operation: 'download', objects }),
    // Each object with an action is longer than this; with an error it would be shorter.
    leastBytes: BATCH_OBJECTS * 300,
  };
}

/** Rows as uploads would leave them: uploading a million objects is not what is measured. */
async function linkObjects(
  { databaseUrl }: World,
  repositoryId: number,
  { from, to }: { from: number; to: number },
): Promise<void> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query(
      `INSERT INTO lfs_objects (oid, size_bytes, crc32, storage_key)
       SELECT oid, $3, 0, 'lfs/' || substr(oid, 1, 2) || '/' || substr(oid, 3, 2) || '/' || oid
         FROM (SELECT encode(sha256(n::text::bytea), 'hex') AS oid FROM generate_series($1::integer, $2::integer - 1) n) o`,
      [from, to, OBJECT_BYTES],
    );
    await client.query(
      `INSERT INTO lfs_links (repository_id, oid)
       SELECT $1, encode(sha256(n::text::bytea), 'hex') FROM generate_series($2::integer, $3::integer - 1) n`,
      [repositoryId, from, to],
    );
    await client.query('VACUUM ANALYZE lfs_objects, lfs_links');
  } finally {
    await client.end();
  }
}
