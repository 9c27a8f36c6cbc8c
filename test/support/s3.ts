import { Client } from 'minio';
import { startS3 as startServer, type S3Server as Server } from '../../libs/object-store/src/testing/s3-server';

export interface S3Server extends Server {
  /** For what stands in a bucket, past the hub. */
  client: Client;
  /** @returns its name. */
  makeBucket(name: string): Promise<string>;
}

/** The S3 server of the object store's own specs, with buckets. */
export async function startS3(): Promise<S3Server> {
  const server = await startServer();
  const { hostname, port } = new URL(server.endpoint);
  const { accessKey, secretKey, region } = server;
  const client = new Client({ endPoint: hostname, port: Number(port), useSSL: false, accessKey, secretKey, region });
  const makeBucket = async (name: string) => {
    await client.makeBucket(name, region);
    return name;
  };
  return { ...server, client, makeBucket };
}
