/** A call of the public API that was refused; the message has the method, the address and the answer. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string | undefined;

  constructor(call: string, status: number, text: string) {
    super(`${call} answered ${status}: ${text.slice(0, 500)}`);
    this.status = status;
    this.code = /"code":"([A-Z_]+)"/.exec(text)?.[1];
  }
}

/** The public API as one signed-in user. Each call throws {@link ApiError} when it is refused. */
export interface Api {
  get<T>(path: string): Promise<T>;
  post<T>(path: string, body: unknown, headers?: Record<string, string>): Promise<T>;
  put<T>(path: string, text: string): Promise<T>;
}

/** Nothing that the API does takes longer than this. */
const TIMEOUT_MS = 30_000;

function api(baseUrl: string, token?: string): Api {
  const call = async <T>(
    method: string,
    path: string,
    body?: string,
    headers: Record<string, string> = {},
  ) => {
    const response = await fetch(baseUrl + path, {
      method,
      headers: {
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        ...headers,
      },
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(body === undefined ? {} : { body }),
    });
    const text = await response.text();
    if (!response.ok) throw new ApiError(`${method} ${path}`, response.status, text);
    return JSON.parse(text) as T;
  };
  return {
    get: (path) => call("GET", path),
    post: (path, body, headers) => call("POST", path, JSON.stringify(body), headers),
    put: (path, text) => call("PUT", path, text),
  };
}

/** Signs in and gives the API as that user. */
export async function signIn(baseUrl: string, account: { email: string; password: string }): Promise<Api> {
  const { email, password } = account;
  const { token } = await api(baseUrl).post<{ token: string }>("/api/users/login", { email, password });
  return api(baseUrl, token);
}
