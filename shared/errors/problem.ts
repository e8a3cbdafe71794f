import { PROBLEMS, type ProblemCode } from "./catalogue.ts";

/** One wrong field: `path` in dotted form (`ticketTiers.0.price`), `message` for people. */
export interface FieldError {
  path: string;
  message: string;
}

/** The body of every error answer: RFC 9457, with our stable `code` and the request's id. */
export interface ProblemDocument {
  type: string;
  title: string;
  status: number;
  code: ProblemCode;
  detail?: string;
  instance?: string;
  requestId: string;
  errors?: FieldError[];
  /** With SEATS_UNAVAILABLE: which of the places are not free; areas as `ga:<name>`. */
  unavailableSeatIds?: string[];
}

/** A refusal that is shown to the caller. Thrown by use cases and routes, rendered in one place. */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly detail: string | undefined;
  readonly errors: FieldError[] | undefined;

  constructor(code: ProblemCode, detail?: string, errors?: FieldError[]) {
    super(detail ?? PROBLEMS[code].title);
    this.name = "Problem";
    this.code = code;
    this.detail = detail;
    this.errors = errors;
  }

  get status(): number {
    return PROBLEMS[this.code].status;
  }

  /** @param requestId the id under which the logs know this request */
  toDocument(requestId: string, instance?: string): ProblemDocument {
    return {
      type: `urn:ticketflow:problem:${this.code}`,
      title: PROBLEMS[this.code].title,
      status: this.status,
      code: this.code,
      ...(this.detail ? { detail: this.detail } : {}),
      ...(instance ? { instance } : {}),
      requestId,
      ...(this.errors?.length ? { errors: this.errors } : {}),
    };
  }
}

/** Places that are not free, named where some in particular stand in the way. */
export class SeatsUnavailable extends Problem {
  readonly unavailableSeatIds: string[];

  constructor(unavailableSeatIds: string[], detail?: string) {
    super("SEATS_UNAVAILABLE", detail);
    this.unavailableSeatIds = unavailableSeatIds;
  }

  override toDocument(requestId: string, instance?: string): ProblemDocument {
    return { ...super.toDocument(requestId, instance), unavailableSeatIds: this.unavailableSeatIds };
  }
}

/** Too many requests of one kind. */
export class RateLimited extends Problem {
  /** In how many ms the next one is let through. */
  readonly retryAfterMs: number;

  constructor(retryAfterMs: number) {
    super("RATE_LIMITED");
    this.retryAfterMs = retryAfterMs;
  }
}

/** A backend that does not answer, or answers that it cannot now. Waiting and trying again is right. */
export class Unavailable extends Error {
  readonly backend: string;

  constructor(backend: string, cause?: unknown) {
    super(`${backend} is unavailable`, { cause });
    this.name = "Unavailable";
    this.backend = backend;
  }
}
