/** USER buys, ORGANISER sells, ADMIN runs the platform, GATE checks tickets in. */
export const ROLES = ["USER", "ORGANISER", "ADMIN", "GATE"] as const;

export type Role = (typeof ROLES)[number];

/** Who is asking, as the gateway found it in a verified access token. */
export interface Identity {
  userId: string;
  role: Role;
  email: string;
  name: string;
}

/** Who is asking, and in which of their sessions. */
export interface Caller extends Identity {
  sessionId: string;
}
