/** What Node and Next read. Nothing that the hub was given for its database, its store or its first administrator. */
const PASSED_ON = ['NODE_ENV', 'NODE_OPTIONS', 'PATH', 'TZ', 'LANG', 'LC_ALL', 'TMPDIR', 'NEXT_TELEMETRY_DISABLED'];

/** The environment of the thread that makes the pages. */
export function pageEnvironment(internalUrl: string): NodeJS.ProcessEnv {
  const passedOn = PASSED_ON.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : []));
  return {
    ...Object.fromEntries(passedOn),
    GRANARY_INTERNAL_URL: internalUrl,
    // After a form that redirects, Next asks for the next page itself, with the visitor's cookie: at this address, rather
    // than at whoever listens on localhost:3000.
    __NEXT_PRIVATE_ORIGIN: internalUrl,
  } as NodeJS.ProcessEnv;
}
