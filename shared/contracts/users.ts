import { z } from "@hono/zod-openapi";
import { ROLES } from "../auth/roles.ts";
import { instant, lineOfText, prefixedId } from "./common.ts";
import { ANY_USER, json, jsonBody, route } from "./route.ts";

const user = z
  .object({
    id: prefixedId("usr"),
    name: z.string(),
    email: z.string(),
    role: z.enum(ROLES),
    createdAt: instant,
  })
  .openapi("User");

const email = z.email().max(254).openapi({ example: "test@ticketflow.dev" });

export const registration = z
  .object({
    name: lineOfText.min(2).max(100),
    email,
    password: z
      .string()
      .min(8)
      .max(200)
      .regex(/[A-Z]/, "needs an upper-case letter")
      .regex(/[0-9]/, "needs a digit")
      .openapi({ example: "Test1234!" }),
  })
  .openapi("Registration");

export const credentials = z
  .object({ email, password: z.string().min(1).max(200).openapi({ example: "Test1234!" }) })
  .openapi("Credentials");

const session = z
  .object({ token: z.string(), expiresAt: instant, refreshToken: z.string(), user })
  .openapi("Session");

export const registerRoute = route(
  { service: "users", access: "public", problems: ["EMAIL_ALREADY_EXISTS"] },
  {
    method: "post",
    path: "/api/users/register",
    summary: "Create an account",
    tags: ["users"],
    request: { body: jsonBody(registration) },
    responses: { 201: json(user, "The new account") },
  },
);

export const loginRoute = route(
  { service: "users", access: "public", problems: ["INVALID_CREDENTIALS"] },
  {
    method: "post",
    path: "/api/users/login",
    summary: "Sign in with email and password",
    tags: ["users"],
    request: { body: jsonBody(credentials) },
    responses: { 200: json(session, "An access token and a refresh token") },
  },
);

export const meRoute = route(
  { service: "users", access: ANY_USER },
  {
    method: "get",
    path: "/api/users/me",
    summary: "The signed-in user",
    tags: ["users"],
    responses: { 200: json(user, "The account of the token") },
  },
);

export const jwksRoute = route(
  { service: "users", access: "public" },
  {
    method: "get",
    path: "/.well-known/jwks.json",
    summary: "The keys that verify access tokens",
    tags: ["users"],
    responses: {
      200: json(
        z.object({ keys: z.array(z.record(z.string(), z.unknown())) }),
        "A JSON Web Key Set (RFC 7517)",
      ),
    },
  },
);

export const userRoutes = [registerRoute, loginRoute, meRoute, jwksRoute];
