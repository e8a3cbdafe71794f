import { apiClient, type Client } from "#shared/client/client.ts";
import { login } from "#shared/client/generated/sdk.gen.ts";

/** A call of the public API that was refused; the message has the method, the address and the answer. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string | undefined;

  constructor({ method, url }: Request, status: number, problem: unknown) {
    super(`${method} ${new URL(url).pathname} answered ${status}: ${JSON.stringify(problem).slice(0, 500)}`);
    this.status = status;
    this.code = (problem as { code?: string }).code;
  }
}

/** What a generated call resolves to. */
interface Outcome<T> {
  data?: T;
  error?: unknown;
  request?: Request;
  response?: Response;
}

/**
 * The body that a generated call is answered with.
 * @throws ApiError when it is refused; what `fetch` throws when no answer comes
 */
export async function answerOf<T>(call: Promise<Outcome<T>>): Promise<NonNullable<T>> {
  const { data, error, request, response } = await call;
  if (!request || !response) throw error;
  if (!response.ok) throw new ApiError(request, response.status, error);
  return data as NonNullable<T>;
}

/** Signs in and gives the API as that user. */
export async function signIn(
  baseUrl: string,
  { email, password }: { email: string; password: string },
): Promise<Client> {
  const session = await answerOf(login({ client: apiClient({ baseUrl }), body: { email, password } }));
  return apiClient({ baseUrl, token: session.token });
}
