import type { MetadataRoute } from 'next';

/** Crawlers may read the pages of public repositories, not make the hub compute every history and archive. */
export default function robots(): MetadataRoute.Robots {
  return {
    rules: {
      userAgent: '*',
      disallow: ['/api/', '/*/-/archive/', '/*/-/raw/', '/*/-/commits/', '/*/-/commit/', '/login', '/register'],
    },
  };
}
