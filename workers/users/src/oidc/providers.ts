import { z } from "zod";

const LOOPBACK = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** Plain HTTP is for a provider on the same machine. */
function isSafe(issuer: string): boolean {
  const { protocol, hostname } = new URL(issuer);
  return protocol === "https:" || (protocol === "http:" && LOOPBACK.has(hostname));
}

const provider = z.object({
  issuer: z.url().refine(isSafe, "https, but for a provider on this machine"),
  clientId: z.string().min(1),
  clientSecret: z.string().min(1).optional(),
  scopes: z
    .string()
    .regex(/(^| )openid( |$)/)
    .default("openid email profile"),
});

const providers = z.record(z.string().regex(/^[a-z0-9-]{1,32}$/), provider);

/** An OpenID Connect provider that one can sign in with. */
export type OidcProvider = z.infer<typeof provider>;

/** Providers by the name that is in their addresses, from their JSON text. */
export const oidcProviders = z.string().transform((text, context): Record<string, OidcProvider> => {
  const read = providers.safeParse(parsedJson(text));
  if (read.success) return read.data;
  context.addIssue("a JSON object: name to issuer, clientId, clientSecret?, scopes?");
  return z.NEVER;
});

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
