/** The names under which this machine reaches itself; a port may follow. */
const OWN_HOST = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?$/;

/**
 * Why a request is refused, or null. The console has no sign-in: it is for whoever sits at this machine. So it
 * answers only to this machine's own names (a page elsewhere could give its own name this address), and takes
 * changes only from its own pages.
 */
export function refusalOf(method: string, headers: Headers): string | null {
  const host = headers.get("host") ?? "";
  if (!OWN_HOST.test(host)) return "The console answers to localhost only.";
  if (method === "GET" || method === "HEAD") return null;
  const origin = headers.get("origin");
  if (origin !== `http://${host}`) return "A change must come from a page of the console.";
  return null;
}
