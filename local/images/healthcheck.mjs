/** An image's health check: exit code 0 while the server in the same container answers its /health with a success. */
const url = `http://127.0.0.1:${process.env.PORT}/health`;
// Shorter than Docker's own limit, so that the reason is in its log.
const LIMIT_MS = 4_000;

try {
  const response = await fetch(url, { signal: AbortSignal.timeout(LIMIT_MS) });
  const text = await response.text();
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${text.slice(0, 500)}`);
} catch (error) {
  console.error(String(error));
  process.exitCode = 1;
}
