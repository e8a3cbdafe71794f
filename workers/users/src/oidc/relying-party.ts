import * as client from "openid-client";
import { Problem, Unavailable } from "#shared/errors/problem.ts";
import type { OidcProvider } from "./providers.ts";
import type { Transaction } from "./transaction.ts";

/** A provider that takes longer is down. */
const TIMEOUT_MS = 5_000;

/** What a provider says of somebody who signed in there. */
export interface ProviderClaims {
  subject: string;
  email: string | undefined;
  /** The provider's word that the address is theirs; true and nothing else. */
  isEmailVerified: boolean;
  name: string | undefined;
}

/**
 * Where to send somebody to sign in, and what to remember until they are back (authorisation code with PKCE).
 * @throws Unavailable when the provider does not answer
 */
export function authorizationOf(name: string, provider: OidcProvider, redirectUri: string) {
  return withProvider(name, provider, async (config) => {
    const codeVerifier = client.randomPKCECodeVerifier();
    const transaction: Transaction = {
      provider: name,
      state: client.randomState(),
      nonce: client.randomNonce(),
      codeVerifier,
    };
    const url = client.buildAuthorizationUrl(config, {
      redirect_uri: redirectUri,
      scope: provider.scopes,
      state: transaction.state,
      nonce: transaction.nonce,
      code_challenge: await client.calculatePKCECodeChallenge(codeVerifier),
      code_challenge_method: "S256",
    });
    return { url, transaction };
  });
}

/**
 * Trades the code of a callback for what the provider says. State, nonce, issuer, audience, expiry and the id token's
 * signature, by the keys that discovery names, are checked by the library.
 * @param callback the whole address that the provider sent the browser to
 * @throws Problem SIGN_IN_FAILED; Unavailable when the provider does not answer
 */
export function claimsOf(
  name: string,
  provider: OidcProvider,
  callback: URL,
  { state, nonce, codeVerifier }: Transaction,
): Promise<ProviderClaims> {
  return withProvider(name, provider, async (config) => {
    const tokens = await client.authorizationCodeGrant(config, callback, {
      expectedState: state,
      expectedNonce: nonce,
      pkceCodeVerifier: codeVerifier,
      idTokenExpected: true,
    });
    const inToken = tokens.claims();
    if (!inToken) throw new TypeError("no id token");
    // Many providers put the address into the id token; the others have it at an endpoint of its own.
    const claims = inToken.email
      ? inToken
      : await client.fetchUserInfo(config, tokens.access_token, inToken.sub);
    const { email, email_verified, name: fullName } = claims;
    return {
      subject: inToken.sub,
      email: typeof email === "string" ? email : undefined,
      isEmailVerified: email_verified === true,
      name: typeof fullName === "string" ? fullName : undefined,
    };
  });
}

/**
 * Discovers the provider anew each time: what a request has fetched must not be awaited by another one in workerd, and
 * sign-ins are rare.
 */
async function withProvider<T>(
  name: string,
  { issuer, clientId, clientSecret }: OidcProvider,
  use: (config: client.Configuration) => Promise<T>,
): Promise<T> {
  let outage: unknown = null;
  const fetchInTime = async (url: string, init: object) => {
    try {
      const response = await fetch(url, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) });
      if (response.status >= 500 || response.status === 429) outage = `${response.status}`;
      return response;
    } catch (error) {
      outage = error;
      throw error;
    }
  };
  try {
    const config = await client.discovery(new URL(issuer), clientId, clientSecret, undefined, {
      [client.customFetch]: fetchInTime as client.CustomFetch,
      execute: [
        client.enableNonRepudiationChecks,
        ...(issuer.startsWith("http:") ? [client.allowInsecureRequests] : []),
      ],
    });
    return await use(config);
  } catch (error) {
    if (outage !== null) throw new Unavailable(`oidc ${name}`, outage);
    throw new Problem("SIGN_IN_FAILED", reasonOf(error));
  }
}

/** The standard's code for what went wrong, where there is one: never what the provider wrote. */
function reasonOf(error: unknown): string | undefined {
  const { error: code } = (error ?? {}) as { error?: unknown };
  return typeof code === "string" && /^[a-z_]{1,40}$/.test(code) ? `The provider says ${code}` : undefined;
}
