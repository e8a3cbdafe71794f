/** Public answers that become stale together. A change names the scopes that it makes stale. */
export type Scope = string;

/** All lists of events. */
export const LISTS: Scope = "lists";
/** The pages of all events. */
export const PAGES: Scope = "pages";
/** The page of one event. */
export const pageOf = (eventId: string): Scope => `page:${eventId}`;
/** A venue with its seating plan. */
export const venueOf = (venueId: string): Scope => `venue:${venueId}`;
