import { z } from "@hono/zod-openapi";
import { json, route } from "./route.ts";
import { session } from "./users.ts";

const providerParam = z.object({
  provider: z
    .string()
    .max(100)
    .openapi({ param: { name: "provider", in: "path" }, example: "example" }),
});

const text = (description: string, example: string) =>
  z.string().max(4_000).optional().openapi({ description, example });

/** What the provider sends the browser back with: RFC 6749, 4.1.2, and RFC 9207. */
const providersAnswer = z.object({
  code: text("What the session is given for", "SplxlOBeZQQYbYS6WxSbIA"),
  state: text("The sign-in under way that this answers", "af0ifjsldkj"),
  iss: text("The provider", "https://idp.example.com"),
  error: text("Why it refused", "access_denied"),
  error_description: text("The same for people", "The sign-in was left"),
});

/** Cookies pass here and nowhere else: a sign-in under way is kept in one. */
const meta = { service: "users", access: "public", cookies: true, limits: ["login by address"] } as const;

export const oidcAuthorizeRoute = route(
  { ...meta, problems: ["PROVIDER_NOT_FOUND", "SIGN_IN_FAILED"] },
  {
    operationId: "oidcAuthorize",
    method: "get",
    path: "/api/users/oidc/{provider}/authorize",
    summary: "Sign in with an OpenID Connect provider: the way there",
    description: "For a browser: it keeps the sign-in under way in a cookie, for ten minutes.",
    tags: ["users"],
    request: { params: providerParam },
    responses: {
      302: {
        description: "To the provider, which sends the browser back to the callback",
        headers: z.object({ location: z.string(), "set-cookie": z.string() }),
      },
    },
  },
);

export const oidcCallbackRoute = route(
  { ...meta, problems: ["PROVIDER_NOT_FOUND", "SIGN_IN_FAILED", "EMAIL_NOT_VERIFIED"] },
  {
    operationId: "oidcCallback",
    method: "get",
    path: "/api/users/oidc/{provider}/callback",
    summary: "Sign in with an OpenID Connect provider: the way back",
    description:
      "Begins a session of the account that is linked, or that has the same email, or of a new one. The provider must " +
      "have verified the email. An account that had a password before loses it, and its sessions end.",
    tags: ["users"],
    request: {
      params: providerParam,
      query: providersAnswer,
    },
    responses: { 200: json(session, "A session, as of a sign-in with a password") },
  },
);
