import { expect } from "vitest";
import { type Client as ApiClient, apiClient } from "#shared/client/client.ts";
import { PROBLEMS, type ProblemCode } from "#shared/errors/catalogue.ts";
import { checkAnswer } from "./contract.ts";

/** Nothing that the API does takes longer than this. */
const TIMEOUT_MS = 30_000;

/** An answer that the contract allows. `body` is parsed JSON, or null where there is none. */
export interface Answer<T> {
  status: number;
  headers: Headers;
  body: T;
}

interface RawRequest {
  body?: string | Uint8Array | ReadableStream<Uint8Array>;
  headers?: Record<string, string>;
}

type Fields = Record<string, unknown>;

/** The public API as one caller. Every answer is held against the contract; errors come as answers too. */
export interface Client {
  /** What the generated calls take. */
  api: ApiClient;
  send<T = Fields>(method: string, path: string, request?: RawRequest): Promise<Answer<T>>;
  get<T = Fields>(path: string, headers?: Record<string, string>): Promise<Answer<T>>;
  post<T = Fields>(path: string, body: unknown, headers?: Record<string, string>): Promise<Answer<T>>;
  put<T = Fields>(path: string, body: unknown): Promise<Answer<T>>;
}

const JSON_HEADERS = { "content-type": "application/json" };

export function clientOf(url: string, token?: string): Client {
  const send = async <T>(method: string, path: string, { body, headers }: RawRequest = {}) => {
    const response = await fetch(url + path, {
      method,
      headers: { ...(token ? { authorization: `Bearer ${token}` } : {}), ...headers },
      redirect: "manual",
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(body === undefined ? {} : { body, duplex: "half" }),
    });
    const text = await response.text();
    const isJson = /json/.test(response.headers.get("content-type") ?? "");
    const answer = {
      status: response.status,
      headers: response.headers,
      body: (isJson && text ? JSON.parse(text) : null) as T,
    };
    checkAnswer(method, path, { ...answer, text });
    return answer;
  };
  return {
    api: apiClient({
      baseUrl: url,
      ...(token === undefined ? {} : { token }),
      fetch: checkedFetch,
      timeoutMs: TIMEOUT_MS,
    }),
    send,
    get: (path, headers = {}) => send("GET", path, { headers }),
    post: (path, body, headers = {}) =>
      send("POST", path, { body: JSON.stringify(body), headers: { ...JSON_HEADERS, ...headers } }),
    put: (path, body) => send("PUT", path, { body: JSON.stringify(body), headers: JSON_HEADERS }),
  };
}

/** `fetch`, holding what comes back against the contract. */
const checkedFetch: typeof fetch = async (input, init) => {
  const request = new Request(input, init);
  const response = await fetch(request);
  const { status, headers } = response;
  const text = await response.clone().text();
  const isJson = /json/.test(headers.get("content-type") ?? "");
  const { pathname, search } = new URL(request.url);
  checkAnswer(request.method, pathname + search, {
    status,
    headers,
    text,
    body: isJson && text ? JSON.parse(text) : null,
  });
  return response;
};

/** What an answer with this problem matches. @param errorPath a field that must be among those named as wrong */
export function problem(code: ProblemCode, errorPath?: string) {
  const named = expect.arrayContaining([expect.objectContaining({ path: errorPath })]);
  return {
    status: PROBLEMS[code].status,
    body: { code, ...(errorPath === undefined ? {} : { errors: named }) },
  };
}
