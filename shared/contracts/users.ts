import { z } from "@hono/zod-openapi";
import { ROLES } from "../auth/roles.ts";
import { idInPath, instant, lineOfText, prefixedId } from "./common.ts";
import { ANY_USER, json, jsonBody, route } from "./route.ts";

/** A published one: RFC 8037, appendix A.2. */
const PUBLIC_KEY_EXAMPLE = {
  kty: "OKP",
  crv: "Ed25519",
  x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
  kid: "users-1",
  alg: "EdDSA",
  use: "sig",
};

const user = z
  .object({
    id: prefixedId("usr"),
    name: z.string().openapi({ example: "Test Buyer" }),
    email: z.string().openapi({ example: "test@ticketflow.dev" }),
    role: z.enum(ROLES).openapi({ example: "USER" }),
    createdAt: instant.openapi({ example: "2026-11-25T18:00:00.000Z" }),
  })
  .openapi("User");

const email = z.email().max(254).openapi({ example: "test@ticketflow.dev" });

const name = lineOfText.min(2).max(100).openapi({ example: "Test Buyer" });

const newPassword = z
  .string()
  .min(8)
  .max(200)
  .regex(/[A-Z]/, "needs an upper-case letter")
  .regex(/[0-9]/, "needs a digit")
  .openapi({ example: "Test1234!" });

const shownPassword = z.string().min(1).max(200).openapi({ example: "Test1234!" });

export const registration = z
  .object({
    name,
    email,
    password: newPassword,
  })
  .openapi("Registration");

export const credentials = z.object({ email, password: shownPassword }).openapi("Credentials");

export const session = z
  .object({
    token: z.string().openapi({
      description: "The access token: a JWT for `authorization: Bearer …`",
      example: "eyJhbGciOiJFZERTQSIsImtpZCI6InVzZXJzLTEifQ.eyJzdWIiOiJ1c3JfMDEifQ.c2lnbmF0dXJl",
    }),
    expiresAt: instant.openapi({
      description: "When the access token ends",
      example: "2026-12-01T18:00:00.000Z",
    }),
    refreshToken: z.string().openapi({
      description: "Good once, for the next access token",
      example: "mG2vK1x0cH8v5lq0fJkq3b1s8m0sE3yXo1bq2v9Qy1M",
    }),
    user,
  })
  .openapi("Session");

const refreshRequest = z
  .object({
    refreshToken: z
      .string()
      .min(1)
      .max(200)
      .openapi({ example: "mG2vK1x0cH8v5lq0fJkq3b1s8m0sE3yXo1bq2v9Qy1M" }),
  })
  .openapi("RefreshRequest");

export const passwordChange = z
  .object({ currentPassword: shownPassword, newPassword })
  .openapi("PasswordChange");

const roleChange = z.object({ role: z.enum(ROLES).openapi({ example: "ORGANISER" }) }).openapi("RoleChange");

export const registerRoute = route(
  {
    service: "users",
    access: "public",
    problems: ["EMAIL_ALREADY_EXISTS"],
    limits: ["register by address", "register by email"],
  },
  {
    operationId: "register",
    method: "post",
    path: "/api/users/register",
    summary: "Create an account",
    tags: ["users"],
    request: { body: jsonBody(registration) },
    responses: { 201: json(user, "The new account") },
  },
);

export const loginRoute = route(
  {
    service: "users",
    access: "public",
    problems: ["INVALID_CREDENTIALS"],
    limits: ["login by address", "login by email"],
  },
  {
    operationId: "login",
    method: "post",
    path: "/api/users/login",
    summary: "Sign in with email and password",
    tags: ["users"],
    request: { body: jsonBody(credentials) },
    responses: { 200: json(session, "An access token and a refresh token") },
  },
);

export const refreshRoute = route(
  { service: "users", access: "public", problems: ["INVALID_REFRESH_TOKEN"], limits: ["login by address"] },
  {
    operationId: "refresh",
    method: "post",
    path: "/api/users/refresh",
    summary: "Trade a refresh token for the next one and a new access token",
    description:
      "A refresh token is good once. One that comes a second time has been copied: its session ends, whoever asked.",
    tags: ["users"],
    request: { body: jsonBody(refreshRequest) },
    responses: { 200: json(session, "The session goes on") },
  },
);

export const logoutRoute = route(
  { service: "users", access: ANY_USER },
  {
    operationId: "logout",
    method: "post",
    path: "/api/users/logout",
    summary: "End the session of the access token",
    description: "Its access tokens and its refresh token hold no more, at once.",
    tags: ["users"],
    responses: { 204: { description: "The session is over" } },
  },
);

export const passwordRoute = route(
  { service: "users", access: ANY_USER, problems: ["INVALID_CREDENTIALS"], limits: ["password by user"] },
  {
    operationId: "password",
    method: "post",
    path: "/api/users/password",
    summary: "Change the password",
    description: "Every other session of the account ends.",
    tags: ["users"],
    request: { body: jsonBody(passwordChange) },
    responses: { 204: { description: "The new password holds" } },
  },
);

export const renameRoute = route(
  { service: "users", access: ANY_USER },
  {
    operationId: "rename",
    method: "patch",
    path: "/api/users/me",
    summary: "Change the name of the signed-in user",
    description: "Access tokens carry the new name from the next refresh on.",
    tags: ["users"],
    request: { body: jsonBody(z.object({ name }).openapi("Rename")) },
    responses: { 200: json(user, "The account with its new name") },
  },
);

export const roleRoute = route(
  { service: "users", access: ["ADMIN"], problems: ["USER_NOT_FOUND"] },
  {
    operationId: "role",
    method: "put",
    path: "/api/users/{id}/role",
    summary: "Give an account another role",
    description: "It takes effect at once: the account's sessions end. Nobody changes their own role.",
    tags: ["users"],
    request: { params: idInPath("usr"), body: jsonBody(roleChange) },
    responses: { 200: json(user, "The account with its role") },
  },
);

export const meRoute = route(
  { service: "users", access: ANY_USER },
  {
    operationId: "me",
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
    operationId: "jwks",
    method: "get",
    path: "/.well-known/jwks.json",
    summary: "The keys that verify access tokens",
    tags: ["users"],
    responses: {
      200: json(
        z
          .object({ keys: z.array(z.record(z.string(), z.unknown())) })
          .openapi("JsonWebKeySet", { example: { keys: [PUBLIC_KEY_EXAMPLE] } }),
        "A JSON Web Key Set (RFC 7517)",
      ),
    },
  },
);

export const userRoutes = [
  registerRoute,
  loginRoute,
  refreshRoute,
  logoutRoute,
  passwordRoute,
  meRoute,
  renameRoute,
  roleRoute,
  jwksRoute,
];
