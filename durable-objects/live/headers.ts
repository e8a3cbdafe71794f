/** Who wants to watch, as the service behind the gateway says it. Both may be left out. */
export const ADDRESS_HEADER = "x-watcher-address";
export const USER_HEADER = "x-watcher-user";

/** Of a map's answer: the relay that has a place. Of a request: a relay that had none. */
export const RELAY_HEADER = "x-seat-relay";
export const FULL_RELAY_HEADER = "x-full-seat-relay";

/** Which relay of which event's map it is, to the relay. */
export const RELAY_EVENT_HEADER = "x-relay-event";
export const RELAY_NUMBER_HEADER = "x-relay-number";
